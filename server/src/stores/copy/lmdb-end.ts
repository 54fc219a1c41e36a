import type { WallClock } from '../../clock.ts'
import { decodeProfile } from '../../profiles/codec.ts'
import { ttlS } from '../cql/row.ts'
import { openLmdbTables } from '../lmdb/lmdb.ts'
import { LMDB_EPOCH, putDefinitions, putFolded, readFolded, readLmdbDefinitions } from '../lmdb/lmdb-meta.ts'
import { decodeRow, encodeRow } from '../lmdb/lmdb-row.ts'
import { baseOf } from '../store.ts'
import type { CopiedRow, CopyEnd } from './copy-end.ts'

/** Rows of one piece. */
const PIECE_ROWS = 500

/** A directory with profiles. */
export interface LmdbEndOptions {
  directory: string
  /** Of the log that is folded into them. */
  logId: string
  now: WallClock
}

type Key = [site: string, visitorId: string]

/** A local store as an end of a copy. Nobody else may have it open for writing. */
export function openLmdbEnd({ directory, logId, now }: LmdbEndOptions): CopyEnd {
  const { root, profiles, meta } = openLmdbTables(directory)
  const { epoch, offset } = readFolded(meta) ?? { epoch: LMDB_EPOCH, offset: 0 }

  /** All rows of such a store are folded up to one place. Their times of writing follow from what was written: no copy is newer. */
  function copiedRow([site, visitorId]: Key, row: Buffer): CopiedRow {
    const { bytes } = decodeRow(site, visitorId, row)
    // One that is damaged is carried as it is, and begins anew where it is next folded.
    const { profile } = baseOf(() => decodeProfile(bytes))
    const position = { epoch, offset, writtenUs: (profile?.lastSeenMs ?? 0) * 1_000 + 1 }
    return { site, visitorId, bytes, position, ttlS: ttlS(profile, now()) }
  }

  return {
    remedy: `delete ${directory}`,
    hasPositions: false,
    async *read(place) {
      const { entryCount } = profiles.getStats() as { entryCount: number }
      let [count, key] = place === undefined ? [0, undefined] : (JSON.parse(place) as [number, Key])
      for (;;) {
        const entries = [
          ...profiles.getRange({ ...(key ? { start: key, exclusiveStart: true } : {}), limit: PIECE_ROWS }),
        ]
        key = entries.at(-1)?.key
        if (!key) return
        count += entries.length
        const rows = entries.map((entry) => copiedRow(entry.key, entry.value))
        yield { rows, place: JSON.stringify([count, key]), share: count / entryCount }
      }
    },
    async write(rows) {
      root.transactionSync(() => {
        for (const { site, visitorId, bytes } of rows) {
          if (bytes.length === 0) continue
          const { profile } = baseOf(() => decodeProfile(bytes))
          profiles.putSync([site, visitorId], encodeRow(site, visitorId, bytes, profile?.lastSeenMs ?? now()))
        }
      })
    },
    logs: async () => [{ log: logId, epoch, offset }],
    async setLogs(logs) {
      const own = logs.find(({ log }) => log === logId)
      // A log that is new here comes behind all whose profiles these are.
      const next = { epoch: Math.max(LMDB_EPOCH, ...logs.map((log) => log.epoch + 1)), offset: 0 }
      await root.transaction(() => void putFolded(meta, own ?? next))
    },
    definitions: async () => readLmdbDefinitions(meta),
    async setDefinitions(definitions) {
      await root.transaction(() => void putDefinitions(meta, definitions))
    },
    close: () => root.close(),
  }
}
