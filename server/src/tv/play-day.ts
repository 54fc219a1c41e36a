import type { Statement } from 'prepaint/engine'
import { batchesOf } from './batches.ts'
import type { ReplayedDay } from './replayed-day.ts'
import type { SendStatements } from './send-statements.ts'

/** Dependencies of playing a day. */
export interface PlayOptions {
  send: SendStatements
  /** Ms since 1970. */
  now(): number
  /** Resolves after a pause, or at once when the work is to end. */
  wait(ms: number): Promise<void>
  isEnded(): boolean
  /** Longest pause between two calls of `onTick`, in ms. */
  tickMs: number
  onTick(nowMs: number): void
}

/** Sends a day's schedules, and all else as it begins; resolves at the day's end with true, or with false if it was told to end before. */
export async function playDay(day: ReplayedDay, options: PlayOptions): Promise<boolean> {
  const { send, now, wait, isEnded, tickMs, onTick } = options
  let next = 0

  async function isSent(statements: readonly Statement[]): Promise<boolean> {
    for await (const batch of batchesOf(statements)) if ((await send(batch)) === undefined) return false
    return true
  }

  function takeDue(nowMs: number): Statement[] {
    const first = next
    while ((day.told[next]?.atMs ?? Infinity) <= nowMs) next++
    return day.told.slice(first, next).map(({ statement }) => statement)
  }

  if (!(await isSent(day.planned))) return false
  while (!isEnded()) {
    const nowMs = now()
    if (!(await isSent(takeDue(nowMs)))) return false
    onTick(nowMs)
    if (nowMs >= day.endMs) return true
    const nextMs = Math.min(day.told[next]?.atMs ?? Infinity, day.endMs, nowMs + tickMs)
    await wait(Math.max(0, nextMs - now()))
  }
  return false
}
