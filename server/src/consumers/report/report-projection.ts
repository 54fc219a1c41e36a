import type { CompileRegex } from 'prepaint/engine'
import { createTurns } from '../../streams/in-turn.ts'
import type { EventLog } from '../../streams/log.ts'
import type { SiteTallies } from '../../tally/tallies.ts'
import { orPassOver, type PassOverOptions } from '../pass-over.ts'
import type { Projection } from '../projection.ts'
import { createWatermark } from '../watermark.ts'
import { type Counting, createCounting } from './counting.ts'
import { type RemovedRows, removeEndedRows } from './remove-ended.ts'
import { openReportFolder } from './report-folder.ts'
import type { SitePlans } from './site-plans.ts'
import type { RowPlace, TallyHead, TallyStore } from './tally-store.ts'

/** Time after a change until it is written, in ms: rows that change often are written once. */
const KEEP_AFTER_MS = 1_000

/** Changed rows with which all are written at once: so that their transaction holds nobody up. */
const MAX_CHANGED = 256

/** Dependencies of the projection. */
export interface ReportProjectionOptions extends PassOverOptions {
  log: EventLog
  logId: string
  /** The folder in which all is kept. */
  directory: string
  compileRegex?: CompileRegex | undefined
  now?: () => number
  /** Time after a change until it is written, in ms. Default 1,000. */
  keepAfterMs?: number
}

/** Visitors counted by variant and goal. */
export interface ReportProjection extends Projection {
  /** Resolves when all is counted that was in the log at the time of the call. */
  caughtUp(): Promise<void>
  /** Resolves when what is kept is read, at whatever try. */
  ready: Promise<unknown>
  /** Returns the sums of a site, as far as the log is counted; undefined if nothing is known of it. */
  tallies(site: string): SiteTallies | undefined
  /** Returns names of sites of which something is known. */
  sites(): string[]
  plansOf(site: string): SitePlans | undefined
  /**
   * Removes the rows whose life is over, of the next `limit` behind `place`; what they added to the sums stays. Resolves with where to go on;
   * undefined at the end. None is over before all is counted that came until then.
   */
  removeEnded(place: RowPlace | undefined, limit: number): Promise<RemovedRows>
  /** Writes what is counted. */
  close(): Promise<void>
}

/** State once it is read. */
interface Opened {
  store: TallyStore
  counting: Counting
  /** Up to where it is written. */
  kept: number
  /** Up to where it is counted. */
  applied: number
  /** Time at which all was counted that there was, in ms since 1970. */
  completeMs: number
}

/** Says if a log has lost its beginning. Returns true if it has. */
function tellsBegin(begin: number, onProblem: ReportProjectionOptions['onProblem']): boolean {
  if (begin > 0) onProblem(`the log begins at ${begin}: reports lack what was before`)
  return begin > 0
}

async function openCounted(options: ReportProjectionOptions): Promise<Opened> {
  const { log, logId, directory, compileRegex, now = Date.now, onProblem } = options
  const isOf = (head: TallyHead): boolean => head.logId === logId && head.offset <= log.end
  const { store, stored } = await openReportFolder({ directory, now, onProblem, isOf })
  const from = Math.max(stored.head?.offset ?? 0, log.begin ?? 0)
  const isPartial = !stored.head && tellsBegin(from, onProblem)
  const counting = createCounting({ stored, readRow: store.row, compileRegex, isPartial })
  return { store, counting, kept: from, applied: from, completeMs: -Infinity }
}

async function write(one: Opened, logId: string): Promise<void> {
  const { store, counting, applied } = one
  const taken = counting.take()
  try {
    await store.commit({ head: { logId, offset: applied }, ...taken })
    one.kept = applied
  } catch (error) {
    counting.giveBack(taken)
    throw error
  }
}

/**
 * Makes the projection that counts visitors by variant and goal. Rows, sums and the place in the log are written in one transaction, so that
 * a crash loses only what the log gives back.
 */
export function createReportProjection(options: ReportProjectionOptions): ReportProjection {
  const { log, logId, now = Date.now, keepAfterMs = KEEP_AFTER_MS, onProblem } = options
  const inTurn = createTurns()
  const [progress, ready] = [createWatermark(), Promise.withResolvers<void>()]
  let opened: Opened | undefined
  let timer: NodeJS.Timeout | undefined

  async function state(): Promise<Opened> {
    if (opened) return opened
    opened = await openCounted(options)
    // Not before: whoever waits for it asks for the sums at once.
    progress.advance(opened.applied)
    ready.resolve()
    return opened
  }

  // If it fails, it is told and tried again by who leads it through the log.
  inTurn(state).catch(() => undefined)

  async function writeAll(one: Opened): Promise<void> {
    if (one.kept < one.applied) await write(one, logId)
  }

  function writeSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      inTurn(async () => {
        if (opened) await writeAll(opened)
      }).catch((cause: unknown) => {
        onProblem('counts for reports cannot be written yet', cause)
        writeSoon()
      })
    }, keepAfterMs).unref()
  }

  function noteComplete(one: Opened): void {
    if (one.applied >= log.end) one.completeMs = now()
  }

  async function removeEnded(place: RowPlace | undefined, limit: number) {
    const one = await state()
    noteComplete(one)
    const { store, counting, completeMs } = one
    const head = (): TallyHead => ({ logId, offset: one.kept })
    return removeEndedRows({ store, counting, head, untilMs: completeMs, writeAll: () => writeAll(one) }, place, limit)
  }

  async function apply(...[records, nextOffset, pause]: Parameters<Projection['apply']>): Promise<void> {
    const one = await state()
    if (nextOffset <= one.applied) return
    for (const placed of records) {
      // What was counted before a failed write is counted.
      if (placed.nextOffset <= one.applied) continue
      orPassOver(placed, options, () => one.counting.add(placed.record))
      one.applied = placed.nextOffset
      if (one.counting.changed() >= MAX_CHANGED) await write(one, logId)
      const pausing = pause()
      if (pausing) await pausing
    }
    one.applied = nextOffset
    one.counting.forget()
    noteComplete(one)
    progress.advance(nextOffset)
    writeSoon()
  }

  return {
    name: 'reports',
    holdsUp: false,
    ready: ready.promise,
    resume: () =>
      inTurn(async () => {
        const { kept, applied } = await state()
        return { from: kept, appliedTo: applied }
      }),
    apply: (...given) => inTurn(() => apply(...given)),
    caughtUp: () => progress.reached(log.end),
    tallies: (site) => opened?.counting.tallies(site),
    sites: () => opened?.counting.sites() ?? [],
    plansOf: (site) => opened?.counting.plansOf(site),
    removeEnded: (place, limit) => inTurn(() => removeEnded(place, limit)),
    async close() {
      clearTimeout(timer)
      await inTurn(async () => {
        if (!opened) return
        await writeAll(opened).catch((cause: unknown) => onProblem('counts for reports are not written', cause))
        await opened.store.close()
      })
    },
  }
}
