import type { MonotonicClock } from '../clock.ts'
import { createRateLimit } from '../http/gate/rate-limit.ts'
import { type Chunks, digestIn, isChunk, MAX_CHUNK_BYTES } from '../snippet/chunks.ts'

/** Questions to the owner that are under way at once; what comes beyond them is not found. */
const MAX_UNDER_WAY = 4

/** Questions to the owner in a minute: whoever makes names up costs it no more. */
const MAX_PER_MINUTE = 3_000

/** Chunks that are remembered, three a build: at most 8 MiB. */
const MAX_FETCHED = 64

/** Longest wait for the owner, in ms; nobody waits for a late chunk. */
const TIMEOUT_MS = 2_000

/** Options for fetching chunks. */
export interface FetchChunkOptions {
  /** Admin listener of the service that keeps the chunks of earlier builds. */
  ownerUrl: string
  /** Those of this build, which are never asked for. */
  current: Chunks
  now: MonotonicClock
}

/** Reads an answer to its end; undefined if it is longer than any chunk. */
async function bytesOf(answer: Response): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of answer.body ?? []) {
    length += part.length
    if (length > MAX_CHUNK_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/**
 * Makes the search for a chunk at a service that keeps nothing on its disk: one of another build is fetched from the owner of
 * the log, which keeps them, and remembered. Its bytes are compared with its name, so that nothing else is ever handed on.
 */
export function createChunkFetcher(options: FetchChunkOptions): (name: string) => Promise<Buffer | undefined> {
  const { ownerUrl, current, now } = options
  const fetched = new Map<string, Buffer>()
  const underWay = new Map<string, Promise<Buffer | undefined>>()
  const rate = createRateLimit(MAX_PER_MINUTE, now)

  async function ask(name: string): Promise<Buffer | undefined> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const answer = await fetch(new URL(`/${name}`, ownerUrl), { signal, redirect: 'error' })
      const bytes = answer.ok ? await bytesOf(answer) : void (await answer.body?.cancel())
      if (!bytes || !isChunk(name, bytes)) return undefined
      fetched.set(name, bytes)
      if (fetched.size > MAX_FETCHED) fetched.delete(fetched.keys().next().value as string)
      return bytes
    } catch {
      // The owner is away: the page stays as it is, and the next one asks again.
      return undefined
    } finally {
      underWay.delete(name)
    }
  }

  return async (name) => {
    const known = current.get(name) ?? fetched.get(name) ?? underWay.get(name)
    if (known || digestIn(name) === undefined) return known
    if (underWay.size >= MAX_UNDER_WAY || !rate.allows('')) return undefined
    rate.charge('')
    const asked = ask(name)
    underWay.set(name, asked)
    return asked
  }
}
