import { isAboutVisitor } from '../../ingest/record.ts'
import type { FoldedBefore } from '../../profiles/features/definitions.ts'
import type { ProfileBase, ProfileStore, ProfileWrite } from '../../stores/store.ts'
import { type OnProblem, orPassOver, type PassOverOptions } from '../pass-over.ts'
import { FencedError, type PlacedRecord } from '../projection.ts'
import type { Pause } from '../time-slice.ts'
import type { BatchDefinitions } from './batch-definitions.ts'
import { type OpenRows, openRows } from './open-rows.ts'

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

/** Opens the rows that the records are about, each once, with what is stored of them, which is read many at a time. */
async function openStored(
  records: readonly PlacedRecord[],
  read: (site: string, visitorId: string) => Promise<ProfileBase | undefined>,
  pause: Pause,
): Promise<OpenRows> {
  const rows = openRows()
  for (const { record } of records) if (isAboutVisitor(record)) rows.of(record)
  const all = rows.all()
  for (let start = 0; start < all.length; start += CONCURRENT_READS) {
    await pause()
    const some = all.slice(start, start + CONCURRENT_READS)
    await Promise.all(some.map(async (row) => row.begin(await read(row.site, row.visitorId))))
  }
  return rows
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
  const rows = await openStored(records, reader.read, pause)
  let oldestMs: number | undefined
  let { foldedBefore } = options
  for (const placed of records) {
    const { record, nextOffset } = placed
    const at = { epoch, offset: nextOffset }
    const pausing = pause()
    if (pausing) await pausing
    if (!isAboutVisitor(record)) {
      if (record.kind === 'features')
        orPassOver(placed, options, () => definitions.declare(record.site, record, at, foldedBefore))
      continue
    }
    foldedBefore = 'events'
    const features = definitions.of(record.site)
    for (const row of rows.of(record)) {
      const isNew = orPassOver(placed, options, () => row.fold(record, { at, features }))
      if (isNew) oldestMs ??= record.receivedMs
    }
  }
  reader.report(onProblem)
  return { writes: rows.all().flatMap((row) => row.end() ?? []), oldestMs }
}
