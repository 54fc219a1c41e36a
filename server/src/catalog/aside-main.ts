// The process in which a changed catalog is read; `aside-process.ts` starts it, with a request on its standard input.
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

const lines = linesOf(requestOf(await buffer(process.stdin)))
await pipeline(function* () {
  for (const line of lines) yield `${line}\n`
}, process.stdout)
