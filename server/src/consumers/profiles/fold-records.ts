import { KEY_IDS } from '../../identity/key.ts'
import type { StoredRecord } from '../../ingest/record.ts'
import { fold } from '../../profiles/fold.ts'
import { isEnded } from '../../profiles/lifetime.ts'
import { foldErasure, foldLink } from '../../profiles/link.ts'
import type { LogPlace } from '../../profiles/log-place.ts'
import type { Profile } from '../../profiles/profile.ts'
import { advance, isFolded } from '../../stores/position.ts'
import type { ProfileBase, ProfileStore, ProfileWrite } from '../../stores/store.ts'
import { type OnProblem, orPassOver, type PassOverOptions } from '../pass-over.ts'
import { FencedError, type PlacedRecord } from '../projection.ts'
import type { Pause } from '../time-slice.ts'

/** Profiles read at once. */
const CONCURRENT_READS = 64

/**
 * Reads profiles for folding. One whose bytes are damaged begins anew: kept as it is it would never learn again, and
 * refused it would hold up everybody's events. Its past is in the log still.
 */
function createReader(store: ProfileStore, epoch: number) {
  const damaged = new Map<string, number>()
  return {
    async read(site: string, visitorId: string): Promise<ProfileBase | undefined> {
      const base = await store.base(site, visitorId)
      if ((base?.position?.epoch ?? 0) > epoch) {
        throw new FencedError(`site ${site}: profiles are folded from a later log than this one: end this service`)
      }
      if (base?.isDamaged) damaged.set(site, (damaged.get(site) ?? 0) + 1)
      return base
    },
    report(onProblem: OnProblem): void {
      for (const [site, count] of damaged) {
        onProblem(
          `site ${site}: ${count} damaged profile(s) began anew: delete \`profiles\` in the data directory to have all of ` +
            'them folded anew from the log',
        )
      }
    },
  }
}

/** Result of folding some records. */
export interface Folded {
  writes: ProfileWrite[]
  /**
   * Time at which the first entry was taken in that was not folded already, in ms since 1970; undefined if all were.
   */
  oldestMs: number | undefined
}

function keyOf({ site, visitorId }: StoredRecord): string {
  return `${site} ${visitorId}`
}

/** Reads the stored profiles of everybody whom the records are about, each once and many at a time. */
async function readBases(
  records: readonly StoredRecord[],
  read: (site: string, visitorId: string) => Promise<ProfileBase | undefined>,
  pause: Pause,
): Promise<Map<string, ProfileBase | undefined>> {
  const firsts = [...new Map(records.map((record) => [keyOf(record), record])).values()]
  const bases = new Map<string, ProfileBase | undefined>()
  for (let start = 0; start < firsts.length; start += CONCURRENT_READS) {
    const some = firsts.slice(start, start + CONCURRENT_READS)
    await pause()
    await Promise.all(some.map(async (record) => bases.set(keyOf(record), await read(record.site, record.visitorId))))
  }
  return bases
}

function step(before: Profile | undefined, record: StoredRecord, at: LogPlace): Profile | undefined {
  if (record.kind === 'erasure') return foldErasure(record.visitorId, record.receivedMs, at)
  // As the log says it, whenever it is folded: a profile may be there still whose life was over.
  const hasEnded = before !== undefined && isEnded(before.lastSeenMs / 1_000, record.receivedMs / 1_000)
  const base = hasEnded ? undefined : before
  if (record.kind === 'link') return foldLink(base, record, at)
  return fold(base, { ...record, isFromServer: record.keyId === KEY_IDS.server })
}

/** Dependencies of folding. */
export interface FoldOptions extends PassOverOptions {
  store: ProfileStore
  /** Epoch of the log that the entries are from. */
  epoch: number
  pause: Pause
}

/**
 * Folds records, in order, into the profiles that they are about; what a profile has in it already is passed over. Rejects
 * only with the store's own errors, which another try may mend, and with FencedError.
 */
export async function foldRecords(records: readonly PlacedRecord[], options: FoldOptions): Promise<Folded> {
  const { store, epoch, onProblem, pause } = options
  const reader = createReader(store, epoch)
  const bases = await readBases(
    records.map(({ record }) => record),
    reader.read,
    pause,
  )
  const writes = new Map<string, ProfileWrite>()
  let oldestMs: number | undefined
  for (const placed of records) {
    const { record, nextOffset } = placed
    await pause()
    const key = keyOf(record)
    const base = writes.get(key) ?? bases.get(key)
    if (isFolded(base?.position, epoch, nextOffset)) continue
    const folded = orPassOver(placed, options, () => ({
      profile: step(base?.profile, record, { epoch, offset: nextOffset }),
    }))
    if (!folded) continue
    const { site, visitorId, receivedMs } = record
    oldestMs ??= receivedMs
    const position = advance(base?.position, { epoch, nextOffset, appendedMs: receivedMs })
    writes.set(key, { site, visitorId, ...folded, position })
  }
  reader.report(onProblem)
  return { writes: [...writes.values()], oldestMs }
}
