import type { EventLog, LogEntry } from '../streams/log.ts'
import { ENTRIES_A_PAUSE, piecesOf, readChunks } from './chunks.ts'
import type { OnProblem } from './pass-over.ts'
import { FencedError, type PlacedRecord, type Projection } from './projection.ts'
import type { Pause } from './time-slice.ts'
import { createWatermark } from './watermark.ts'

/** Dependencies of a projection's way through the log. */
export interface FollowOptions {
  log: EventLog
  projection: Projection
  decode(entries: readonly LogEntry[]): PlacedRecord[]
  onProblem: OnProblem
  pause: Pause
  /** Pause before a projection that has failed is tried again, in ms. */
  retryAfterMs: number
}

/** One projection on its way through the log. */
export interface Follower {
  projection: Projection
  /** Resolves when everything that was in the log at the time of the call is applied. */
  caughtUp(): Promise<void>
  /** Bytes of the log that are not applied yet. */
  pendingBytes(): number
  isFailing(): boolean
  isFenced(): boolean
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/** Says of what could not be read why: it was removed in order, or it is damaged. */
function tellHoles(log: EventLog, name: string, onProblem: OnProblem): (from: number, to: number) => void {
  return (from, to) => {
    if (to <= (log.begin ?? 0))
      onProblem(`the log begins at ${to}: ${name} lack the events from ${from} on, which were removed before`)
    else onProblem(`the log is damaged from ${from} to ${to}: its events are lost`)
  }
}

/** Leads a projection through the log, from where it says, each by itself: none waits for another. Appends wake it. */
export function followProjection(options: FollowOptions): Follower {
  const { log, projection, decode, onProblem, pause, retryAfterMs } = options
  const { name, holdsUp } = projection
  const progress = createWatermark()
  let isStopped = false
  let isFailing = false
  let isFenced = false
  let notify = (): void => undefined
  /** Offset at which it goes on; undefined if only the projection knows. */
  let position: number | undefined
  projection.onLoss?.(() => {
    position = undefined
    notify()
  })

  async function resume(): Promise<number> {
    const { from, appliedTo } = await projection.resume()
    progress.advance(appliedTo)
    return from
  }

  async function decodeAll(entries: readonly LogEntry[]): Promise<PlacedRecord[]> {
    const records: PlacedRecord[] = []
    for (let start = 0; start < entries.length; start += ENTRIES_A_PAUSE) {
      await pause()
      records.push(...decode(entries.slice(start, start + ENTRIES_A_PAUSE)))
    }
    return records
  }

  async function applyToEnd(): Promise<void> {
    position ??= await resume()
    for await (const { entries, nextOffset } of readChunks(log, position, tellHoles(log, name, onProblem), pause)) {
      for (const piece of piecesOf(await decodeAll(entries), nextOffset)) {
        if (isStopped || position === undefined) return
        await projection.apply(piece.records, piece.nextOffset, pause)
        isFailing = false
        progress.advance(piece.nextOffset)
        // What was lost meanwhile is applied again before what follows upon it.
        if (position !== undefined) position = piece.nextOffset
      }
    }
  }

  function fail(cause: unknown): void {
    isFenced = cause instanceof FencedError
    if (isFenced)
      return onProblem(
        holdsUp ? 'folding has ended for good, and no more events are taken in' : `${name} have ended for good`,
        cause,
      )
    isFailing = true
    onProblem(`${name} cannot be written; the next try is in ${retryAfterMs} ms`, cause)
    setTimeout(notify, retryAfterMs).unref()
  }

  async function run(): Promise<void> {
    // A cluster takes a moment to be entered, which is no failure of folding; that it cannot be is told by the store.
    await Promise.race([projection.opened?.(), new Promise<void>((resolve) => (notify = resolve))])
    while (!isStopped) {
      const woken = new Promise<void>((resolve) => (notify = resolve))
      await applyToEnd().catch(fail)
      if (isFenced) return
      await woken
    }
  }

  const stopListening = log.onAppend(() => notify())
  const running = run()
  return {
    projection,
    caughtUp: () => progress.reached(log.end),
    pendingBytes: () => log.end - Math.max(0, progress.position),
    isFailing: () => isFailing,
    isFenced: () => isFenced,
    async stop() {
      isStopped = true
      stopListening()
      notify()
      await running
    },
  }
}
