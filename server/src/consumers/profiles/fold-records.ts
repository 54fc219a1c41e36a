import { KEY_IDS } from '../../identity/key.ts'
import { userProfileId } from '../../identity/profile-id.ts'
import type { StoredRecord, VisitorRecord } from '../../ingest/record.ts'
import { foldDevice } from '../../profiles/devices.ts'
import type { FoldedBefore } from '../../profiles/features/definitions.ts'
import type { SiteFeatures } from '../../profiles/features/site-features.ts'
import { fold } from '../../profiles/fold.ts'
import { isEnded } from '../../profiles/lifetime.ts'
import { foldErasure, foldLink } from '../../profiles/link.ts'
import type { LogPlace } from '../../profiles/log-place.ts'
import { newProfile, type Profile } from '../../profiles/profile.ts'
import { advance, isFolded } from '../../stores/position.ts'
import type { ProfileBase, ProfileStore, ProfileWrite } from '../../stores/store.ts'
import { type OnProblem, orPassOver, type PassOverOptions } from '../pass-over.ts'
import { FencedError, type PlacedRecord } from '../projection.ts'
import type { Pause } from '../time-slice.ts'
import type { BatchDefinitions } from './batch-definitions.ts'

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

/** A row that a record is about. What becomes of it follows from the record and the row alone. */
interface RowKey {
  site: string
  visitorId: string
}

/** Returns the rows that a record changes: a link joins both ways. */
function rowsOf(record: VisitorRecord): RowKey[] {
  if (record.kind !== 'link') return [record]
  return [record, { site: record.site, visitorId: userProfileId(record.event.userId) }]
}

function keyOf({ site, visitorId }: RowKey): string {
  return `${site} ${visitorId}`
}

/** Reads the stored profiles of everybody whom the records are about, each once and many at a time. */
async function readBases(
  rows: readonly RowKey[],
  read: (site: string, visitorId: string) => Promise<ProfileBase | undefined>,
  pause: Pause,
): Promise<Map<string, ProfileBase | undefined>> {
  const firsts = [...new Map(rows.map((row) => [keyOf(row), row])).values()]
  const bases = new Map<string, ProfileBase | undefined>()
  for (let start = 0; start < firsts.length; start += CONCURRENT_READS) {
    const some = firsts.slice(start, start + CONCURRENT_READS)
    await pause()
    await Promise.all(some.map(async (row) => bases.set(keyOf(row), await read(row.site, row.visitorId))))
  }
  return bases
}

/** Place of a record, and what is in force there. */
interface Circumstances {
  at: LogPlace
  features: SiteFeatures | undefined
  /** The profile was there, and is lost: of what it knew, nobody knows how much. */
  isDamaged: boolean
}

function step(
  before: Profile | undefined,
  record: VisitorRecord,
  visitorId: string,
  { at, features, isDamaged }: Circumstances,
): Profile | undefined {
  if (record.kind === 'erasure') return foldErasure(record.visitorId, record.receivedMs, at)
  // As the log says it, whenever it is folded: a profile may be there still whose life was over.
  const hasEnded = before !== undefined && isEnded(before.lastSeenMs / 1_000, record.receivedMs / 1_000)
  const known = isDamaged ? { ...newProfile(record.atMs), isIncomplete: true as const } : before
  const base = hasEnded ? undefined : known
  if (record.kind === 'link' && visitorId !== record.visitorId) return foldDevice(base, record.visitorId, record, at)
  if (record.kind === 'link') return foldLink(base, record, at, features)
  return fold(base, { ...record, isFromServer: record.keyId === KEY_IDS.server, at, features })
}

function isAboutVisitor(record: StoredRecord): record is VisitorRecord {
  return record.kind !== 'features'
}

/** Dependencies of folding. */
export interface FoldOptions extends PassOverOptions {
  store: ProfileStore
  /** Epoch of the log that the entries are from. */
  epoch: number
  pause: Pause
  /** In force before the first of the records; it takes those that they declare. */
  definitions: BatchDefinitions
  /** Of the first of the records. */
  foldedBefore: FoldedBefore
}

/**
 * Folds records, in order, into the profiles that they are about; what a profile has in it already is passed over. Rejects
 * only with the store's own errors, which another try may mend, and with FencedError.
 */
export async function foldRecords(records: readonly PlacedRecord[], options: FoldOptions): Promise<Folded> {
  const { store, epoch, onProblem, pause, definitions } = options
  const reader = createReader(store, epoch)
  const bases = await readBases(
    records
      .map(({ record }) => record)
      .filter(isAboutVisitor)
      .flatMap(rowsOf),
    reader.read,
    pause,
  )
  const writes = new Map<string, ProfileWrite>()
  let oldestMs: number | undefined
  let { foldedBefore } = options
  for (const placed of records) {
    const { record, nextOffset } = placed
    const at = { epoch, offset: nextOffset }
    await pause()
    if (!isAboutVisitor(record)) {
      orPassOver(placed, options, () => definitions.declare(record.site, record, at, foldedBefore))
      continue
    }
    foldedBefore = 'events'
    const { receivedMs } = record
    for (const { site, visitorId } of rowsOf(record)) {
      const key = keyOf({ site, visitorId })
      const base = writes.get(key) ?? bases.get(key)
      if (isFolded(base?.position, epoch, nextOffset)) continue
      const features = definitions.of(site)
      const isDamaged = base !== undefined && 'isDamaged' in base
      const folded = orPassOver(placed, options, () => ({
        profile: step(base?.profile, record, visitorId, { at, features, isDamaged }),
      }))
      if (!folded) continue
      oldestMs ??= receivedMs
      const position = advance(base?.position, { epoch, nextOffset, appendedMs: receivedMs })
      writes.set(key, { site, visitorId, ...folded, position })
    }
  }
  reader.report(onProblem)
  return { writes: [...writes.values()], oldestMs }
}
