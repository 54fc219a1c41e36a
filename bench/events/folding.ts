import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Feature } from 'prepaint/engine'
import { type Consumer, startConsumer } from '../../server/src/consumers/consumer.ts'
import { createProfileProjection } from '../../server/src/consumers/profiles/profile-projection.ts'
import { encodeRecord } from '../../server/src/ingest/record.ts'
import { openLmdbStore } from '../../server/src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../server/src/stores/store.ts'
import { openSegments } from '../../server/src/streams/file-log/segments.ts'
import type { EventLog } from '../../server/src/streams/log.ts'
import { batchAt, FIRST_MS } from './ten-features.ts'

/** Name of the site whose events are folded. */
export const SITE = 'bench'

/** Batches that are appended at once. */
const BATCHES_AT_ONCE = 50

/** A log of its own, and profiles that are folded from it. */
export interface Folding {
  log: EventLog
  /** Appends the batches of these numbers, of so many visitors in turn. */
  append(from: number, to: number, visitors?: number): Promise<void>
  /** Begins to fold. */
  start(): Consumer
  close(): Promise<void>
}

function fail(problem: string, cause?: unknown): never {
  throw new Error(problem, { cause })
}

/** Opens a log that declares features. `openStore` opens the profiles; default: in LMDB, in a directory of their own. */
export async function openFolding(
  features: readonly Feature[],
  openStore: (directory: string) => ProfileStore | Promise<ProfileStore> = (directory) =>
    openLmdbStore(join(directory, 'profiles')),
): Promise<Folding> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-fold-'))
  const log = await openSegments({ directory: join(directory, 'log') })
  const store = await openStore(directory)
  let consumer: Consumer | undefined
  await log.append([encodeRecord({ kind: 'features', site: SITE, receivedMs: FIRST_MS, features: [...features] })])
  return {
    log,
    async append(from, to, visitors) {
      for (let first = from; first < to; first += BATCHES_AT_ONCE) {
        const numbers = Array.from({ length: Math.min(BATCHES_AT_ONCE, to - first) }, (_none, one) => first + one)
        await log.append(numbers.flatMap((index) => batchAt(SITE, index, visitors)).map(encodeRecord))
      }
    },
    start() {
      const profiles = createProfileProjection({ log, store, onProblem: fail })
      consumer = startConsumer({ log, projections: [profiles], onProblem: fail })
      return consumer
    },
    async close() {
      await consumer?.stop()
      await store.close()
      await log.close()
      await rm(directory, { recursive: true })
    },
  }
}
