// The process in which a changed catalog is read; `aside-process.ts` starts it, with a request on its standard input.
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type AsideRequest, requestOf } from './aside-process.ts'
import { decodeCatalog } from './decode.ts'
import { packedLines, problemLines, sameLines } from './packed.ts'
import { prepareCatalog, versionOf } from './prepare.ts'
import { CatalogError } from './problem.ts'

function linesOf({ file, assignments, version, bytes }: AsideRequest): Iterable<string> {
  const decoded = decodeCatalog(bytes)
  if ('message' in decoded) return problemLines([{ file, ...decoded }])
  if (versionOf(decoded.text) === version) return sameLines()
  try {
    return packedLines(prepareCatalog(decoded.text, file, assignments).prepared)
  } catch (error) {
    if (error instanceof CatalogError) return problemLines(error.problems)
    throw error
  }
}

/**
 * Lets decisions go first. Not the lowest priority, which gets 1 % of a core that somebody else uses, too, and would keep a busy
 * service from ever having a new catalog; this gets 10 %. On Linux each thread has a niceness of its own (setpriority(2), NOTES).
 */
function giveWay(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0]
  for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
}

giveWay()
const lines = linesOf(requestOf(await buffer(process.stdin)))
await pipeline(function* () {
  for (const line of lines) yield `${line}\n`
}, process.stdout)
