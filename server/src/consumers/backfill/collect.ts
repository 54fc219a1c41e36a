import type { CompileRegex } from 'prepaint/engine'
import { FIRST_PLACE } from '../../profiles/log-place.ts'
import type { ProfileStore } from '../../stores/store.ts'
import type { EventLog } from '../../streams/log.ts'
import { readChunks } from '../chunks.ts'
import { createDecoder } from '../decoder.ts'
import type { PassOverOptions } from '../pass-over.ts'
import { beginBatch } from '../profiles/batch-definitions.ts'
import { commitRows } from '../profiles/commit-rows.ts'
import { createCompileSite } from '../profiles/compile-definitions.ts'
import { foldRecords } from '../profiles/fold-records.ts'
import { createTimeSlice } from '../time-slice.ts'
import type { BackfillJob } from './job.ts'
import type { Rest } from './rests.ts'

/** Dependencies of collecting. */
export interface CollectOptions extends PassOverOptions {
  log: EventLog
  /** Takes what is collected, and knows how far that has come. */
  side: ProfileStore
  compileRegex?: CompileRegex | undefined
  rest: Rest
}

/**
 * Folds the events before the job's place into a store of their own, by the one fold: from the log's beginning, or from where it was left.
 * Returns false if it was broken off.
 */
export async function collect(job: BackfillJob, options: CollectOptions): Promise<boolean> {
  const { log, side, compileRegex, rest } = options
  const { site, place } = job
  const pause = createTimeSlice()
  // What the consumer has passed over it has told and counted.
  const decode = createDecoder(1, { onProblem: () => undefined })
  const features = job.features.map((feature) => ({ ...feature, since: FIRST_PLACE }))
  const definitions = beginBatch(
    new Map([[site, { features, at: FIRST_PLACE, writtenUs: 0 }]]),
    createCompileSite(compileRegex),
  )
  const begin = log.begin ?? 0
  const from = Math.max((await side.resumePoint()).offset, begin)
  for await (const { entries, nextOffset } of readChunks(log, from, () => undefined, pause)) {
    const before = entries.filter((entry) => entry.nextOffset < place.offset)
    const own = decode(before).filter(({ record }) => record.site === site && record.kind !== 'features')
    const progress = { epoch: place.epoch, offset: Math.min(nextOffset, place.offset) }
    const { writes } = await foldRecords(own, {
      ...options,
      ...{ store: side, epoch: place.epoch, pause, definitions, foldedBefore: 'events' },
    })
    await commitRows(side, writes, progress, options)
    if (!(await rest((progress.offset - begin) / (place.offset - begin)))) return false
    if (nextOffset >= place.offset) break
  }
  return true
}
