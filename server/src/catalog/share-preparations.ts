import { createHash } from 'node:crypto'
import type { AsideRequest, Prepare } from './aside-process.ts'

/** Time for which an answer is kept after its end, in ms: the processes of a service read a file within a second of each other. */
const KEPT_MS = 10_000

/** An answer that grows. */
interface Preparation {
  chunks: Uint8Array[]
  isOver: boolean
  error?: unknown
  /** Resolves when there is more, or no more. */
  next: PromiseWithResolvers<void>
}

function keyOf({ bytes, ...head }: AsideRequest): string {
  return createHash('sha256')
    .update(`${JSON.stringify(head)}\n`)
    .update(bytes)
    .digest('base64')
}

async function* read(preparation: Preparation): AsyncGenerator<Uint8Array, void, undefined> {
  for (let index = 0; ; index++) {
    while (index >= preparation.chunks.length) {
      if (preparation.error !== undefined) throw preparation.error
      if (preparation.isOver) return
      await preparation.next.promise
    }
    yield preparation.chunks[index] as Uint8Array
  }
}

/** Makes a preparation that is done once for all who ask the same, at the same time or soon after. */
export function sharePreparations(prepare: Prepare, keptMs = KEPT_MS): Prepare {
  const known = new Map<string, Preparation>()

  async function run(preparation: Preparation, request: AsideRequest): Promise<void> {
    const tell = (): void => {
      preparation.next.resolve()
      preparation.next = Promise.withResolvers()
    }
    try {
      for await (const chunk of prepare(request)) {
        preparation.chunks.push(chunk)
        tell()
      }
    } catch (error) {
      preparation.error = error
    }
    preparation.isOver = true
    tell()
  }

  return (request) => {
    const key = keyOf(request)
    const found = known.get(key)
    if (found) return read(found)
    const preparation: Preparation = { chunks: [], isOver: false, next: Promise.withResolvers() }
    known.set(key, preparation)
    void run(preparation, request).then(() => setTimeout(() => known.delete(key), keptMs).unref())
    return read(preparation)
  }
}
