import type { Steps } from 'prepaint/engine'
import { type AsideRequest, type Prepare, prepareAside } from './aside-process.ts'
import { assemble } from './assemble.ts'
import { collectYoung } from './collect.ts'
import { createUnpacker, type Unpacked } from './packed.ts'
import { CatalogError } from './problem.ts'
import type { Site } from './site.ts'

/** Between two small steps: undefined, or when others should go first a promise of the next turn. */
export type Pause = () => Promise<void> | undefined

/** Reads catalogs in a process of its own. */
export type ReadAside = (request: AsideRequest, pause: Pause) => Promise<Site | undefined>

const NEWLINE = 0x0a

/** Ends a slice of work when it is time; undefined if it is not. */
function giveWay(pause: Pause): Promise<void> | undefined {
  const turn = pause()
  if (turn) collectYoung()
  return turn
}

/** Lines of chunks. What follows the last end of a line is none. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let open: Uint8Array[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      open.push(chunk.subarray(from, end))
      yield Buffer.concat(open).toString()
      open = []
      from = end + 1
    }
    open.push(chunk.subarray(from))
  }
}

async function receive(chunks: AsyncIterable<Uint8Array>, pause: Pause): Promise<Unpacked> {
  const unpacker = createUnpacker()
  for await (const line of linesOf(chunks)) {
    unpacker.take(line)
    await giveWay(pause)
  }
  const result = unpacker.result()
  if (!result) throw new Error('the process that reads catalogs has ended before its answer did')
  return result
}

async function inSlices<Result>(steps: Steps<Result>, pause: Pause): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    const turn = giveWay(pause)
    if (turn) await turn
  }
}

/**
 * Reads a catalog so that nobody who asks for a decision waits: in a process of its own, and what has to be made in this one is
 * made in small steps. Resolves with undefined when the catalog has the version that is in use.
 * @param prepare makes the lines of a prepared catalog
 * @param others make them if it cannot
 * @throws CatalogError
 */
export function createReadAside(prepare: Prepare = prepareAside, ...others: readonly Prepare[]): ReadAside {
  return async (request, pause) => {
    let unpacked = receive(prepare(request), pause)
    for (const other of others) unpacked = unpacked.catch(() => receive(other(request), pause))
    const { prepared, problems } = await unpacked
    if (problems) throw new CatalogError(problems)
    return prepared && (await inSlices(assemble(prepared), pause))
  }
}
