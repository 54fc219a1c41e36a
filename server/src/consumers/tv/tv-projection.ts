import type { WallClock } from '../../clock.ts'
import { KINDS, type TvRecord } from '../../ingest/record.ts'
import { createTurns } from '../../streams/in-turn.ts'
import type { EventLog } from '../../streams/log.ts'
import type { OnProblem } from '../pass-over.ts'
import type { Projection } from '../projection.ts'
import { createTimeSlice, type Pause } from '../time-slice.ts'
import { createWatermark } from '../watermark.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Timelines } from './timelines.ts'

/** Time after a change until it is kept, in ms: an import is many changes. */
const KEEP_AFTER_MS = 5_000

/** Bytes of the log that a start may have to read again for TV. */
const MAX_BEHIND_BYTES = 67_108_864

/** Dependencies of the projection. */
export interface TvProjectionOptions {
  log: EventLog
  logId: string
  /** The file in which the timelines are kept. */
  path: string
  timelines: Timelines
  now: WallClock
  onProblem: OnProblem
  /** Time after a change until it is kept, in ms. Default 5,000. */
  keepAfterMs?: number
}

/** Airings, made from the log into memory, and kept in a file so that a start need not read all of the log. */
export interface TvProjection extends Projection {
  /** Resolves when all is known that the log said at the start. */
  known: Promise<void>
  /** Keeps what is known now. */
  close(): Promise<void>
}

/** Makes the projection. */
export function createTvProjection(options: TvProjectionOptions): TvProjection {
  const { log, logId, path, timelines, now, onProblem, keepAfterMs = KEEP_AFTER_MS } = options
  const inTurn = createTurns()
  const keepInTurn = createTurns()
  const progress = createWatermark()
  let kept: Checkpoint = { logId, offset: 0, revision: 0 }
  let applied: Checkpoint | undefined
  let isChanged = false
  let isKeeping = false
  let timer: NodeJS.Timeout | undefined

  async function open(): Promise<Checkpoint> {
    const found = await readCheckpoint(path, logId, onProblem)
    // A log that ends before is an old copy: what it says is said again.
    if (!found || found.at.offset > log.end) return kept
    for (const record of found.records) timelines.apply(record, found.at.revision)
    kept = found.at
    return kept
  }

  /** Takes what is to be kept, as it is between two changes. */
  function take(): { at: Checkpoint; records: Iterable<TvRecord> } | undefined {
    if (!applied || (applied.offset === kept.offset && !isChanged)) return undefined
    isChanged = false
    isKeeping = true
    return { at: applied, records: timelines.snapshot(now()) }
  }

  /**
   * Keeps what is applied. Changes go on while it is written, as a kill switch must not wait for it: they are kept the next time, and none is
   * in the file already. Applied twice, some would end otherwise: a later airing of a stronger source may hold off one that came between.
   */
  async function keep(pause: Pause): Promise<void> {
    const taken = await inTurn(() => Promise.resolve(take()))
    if (!taken) return
    try {
      await writeCheckpoint(path, taken.at, taken.records, pause)
      kept = taken.at
    } catch (cause) {
      isChanged = true
      onProblem(`${path} cannot be written: a start reads more of the log`, cause)
    } finally {
      isKeeping = false
    }
  }

  function keepSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void keepInTurn(() => keep(createTimeSlice()))
    }, keepAfterMs).unref()
  }

  return {
    name: 'airings',
    holdsUp: false,
    onlyKinds: [KINDS.tv],
    known: progress.reached(log.end),
    resume: () =>
      inTurn(async () => {
        applied ??= await open()
        // Of a log that says nothing of TV behind what is kept, nothing is needed.
        const from = Math.max(isChanged || isKeeping ? kept.offset : applied.offset, log.begin ?? 0)
        progress.advance(from)
        return { from, appliedTo: Math.max(applied.offset, from) }
      }),
    apply: (records, offset, pause) =>
      inTurn(async () => {
        let revision = applied?.revision ?? 0
        for (const { record, nextOffset } of records) {
          if (record.kind !== 'tv' || nextOffset <= revision) continue
          revision = nextOffset
          timelines.apply(record, revision)
          isChanged = true
          await pause()
        }
        applied = { logId, offset, revision }
        progress.advance(offset)
        if (isChanged || offset - kept.offset > MAX_BEHIND_BYTES) keepSoon()
      }),
    async close() {
      clearTimeout(timer)
      await keepInTurn(() => keep(() => undefined))
    },
  }
}
