import type { ProfileStore } from '../stores/store.ts'
import type { EventLog } from '../streams/log.ts'
import { type Chunk, readChunks } from './chunks.ts'
import { commitRows } from './profiles/commit-rows.ts'
import { FencedError, foldEntries, type OnPassedOver, type OnProblem } from './profiles/fold-entries.ts'
import { trackResumePoint } from './profiles/resume-point.ts'
import { createTimeSlice } from './time-slice.ts'
import { createWatermark } from './watermark.ts'

/** Bytes of the log that may wait to be folded before no more should be taken in. */
const MAX_PENDING_BYTES = 33_554_432

/** As many while the store fails: to bridge its outage is what the log is for, but not until the disk is full. */
const MAX_FAILING_BYTES = 268_435_456

/** Pause before the store is tried again after it has failed, in ms. */
const RETRY_AFTER_MS = 1_000

/** What the consumer joins. */
export interface ConsumerOptions {
  log: EventLog
  store: ProfileStore
  onProblem: OnProblem
  /** Told after each commit how long its first event took from being taken in. Default: nobody. */
  onFolded?: (ms: number) => void
  /** Told of each entry and each profile that is passed over, so that the others go on. Default: nobody. */
  onPassedOver?: OnPassedOver
  /** Bytes of the log that may wait while the store fails. Default 256 MiB. */
  maxFailingBytes?: number
  /** Ms since 1970. Default `Date.now`. */
  now?: () => number
  /** Pause before the store is tried again after it has failed, in ms. Default 1,000. */
  retryAfterMs?: number
}

/** Folds the log into the profiles, in order, from where the store says it was left. */
export interface Consumer {
  /** Resolves when everything that was in the log at the time of the call is folded. */
  caughtUp(): Promise<void>
  /** Bytes of the log that are not folded yet. */
  pendingBytes(): number
  /** True when nothing more should be taken in: folding cannot keep up, never will, or has not for long. */
  isBehind(): boolean
  /** True when this log is not the truth any more: what is taken into it nobody will fold. */
  isFenced(): boolean
  /** Waits for the commit under way. */
  stop(): Promise<void>
}

/** Says of what could not be read why: it was removed in order, or it is damaged. */
function tellHoles(log: EventLog, onProblem: OnProblem): (from: number, to: number) => void {
  return (from, to) => {
    if (to <= (log.begin ?? 0))
      onProblem(`the log begins at ${to}: profiles lack the events from ${from} on, which were removed before`)
    else onProblem(`the log is damaged from ${from} to ${to}: its events are lost`)
  }
}

/** Starts folding. It is woken by each append, so an event is visible as soon as it is committed. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const {
    log,
    store,
    onProblem,
    onFolded,
    now = Date.now,
    retryAfterMs = RETRY_AFTER_MS,
    maxFailingBytes = MAX_FAILING_BYTES,
  } = options
  const pause = createTimeSlice()
  const progress = createWatermark()
  let isStopped = false
  let isFailing = false
  let isFenced = false
  let wake = (): void => undefined
  const place = trackResumePoint({ log, store, onFound: progress.advance, onLoss: () => wake() })

  async function commit({ entries, nextOffset: offset }: Chunk, epoch: number): Promise<void> {
    const { writes, oldestMs } = await foldEntries(entries, { ...options, epoch, pause })
    await commitRows(store, writes, { epoch, offset }, options)
    isFailing = false
    progress.advance(offset)
    place.advance({ epoch, offset })
    if (oldestMs !== undefined) onFolded?.(now() - oldestMs)
  }

  async function foldToEnd(): Promise<void> {
    const { epoch, offset } = await place.find()
    for await (const chunk of readChunks(log, offset, tellHoles(log, onProblem))) {
      if (isStopped || !place.isKnown()) return
      await commit(chunk, epoch)
    }
  }

  async function run(): Promise<void> {
    // A cluster takes a moment to be entered, which is no failure of folding; that it cannot be is told by the store.
    await Promise.race([store.opened(), new Promise<void>((resolve) => (wake = resolve))])
    while (!isStopped) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      try {
        await foldToEnd()
      } catch (cause) {
        if (cause instanceof FencedError) {
          isFenced = true
          onProblem('folding has ended for good, and no more events are taken in', cause)
          return
        }
        isFailing = true
        onProblem(`profiles cannot be written; the next try is in ${retryAfterMs} ms`, cause)
        setTimeout(wake, retryAfterMs).unref()
      }
      await woken
    }
  }

  const stopListening = log.onAppend(() => wake())
  const running = run()
  const pendingBytes = (): number => log.end - Math.max(0, progress.position)
  return {
    pendingBytes,
    isBehind: () => isFenced || pendingBytes() > (isFailing ? maxFailingBytes : MAX_PENDING_BYTES),
    isFenced: () => isFenced,
    caughtUp: () => progress.reached(log.end),
    async stop() {
      isStopped = true
      stopListening()
      wake()
      await running
    },
  }
}
