import { type Occurrence, type Occurrences, placeOf } from './occurrence.ts'
import type { Reach } from './reach.ts'
import type { Airings } from './timeline.ts'

/** A question to the timeline: is something on, or was it, or will it be. */
export interface TvQuery {
  /** Lists in which it is looked up; in one of them is enough. */
  lists(airings: Airings): readonly Occurrences[]
  /** Returns true for what is asked for, where lists hold more. */
  isMeant?(occurrence: Occurrence): boolean
  /** Times for which it counts: `[from, until)`, in ms since 1970 by the broadcaster's clock. */
  spans(occurrence: Occurrence, airings: Airings): readonly Span[]
  /** The most by which a span begins before its occurrence, or ends after it, in ms. */
  beforeMs: number
  afterMs: number
  /** Delay to the home, in ms; absent: that of the feed's slowest path. */
  delayMs?: number
}

/** A time, in ms since 1970. */
export type Span = readonly [fromMs: number, untilMs: number]

/** Answer of the timeline. */
export interface Look {
  holds: boolean
  /** No change before this instant, in ms since 1970; Infinity if none is known. */
  changesAtMs: number
  /** The last that makes it hold; absent if none does. */
  occurrence?: Occurrence
}

/** Occurrences ahead that are looked at: past them a change is said to be possible, which costs one more look then. */
const MAX_AHEAD = 16

/** Counts one occurrence. */
function count(answer: Look, { query, airings, reach, nowMs }: Question, item: Occurrence): void {
  const { delayMs } = query
  const ways = reach.waysOf(item)
  if (ways.length === 0 || query.isMeant?.(item) === false || airings.isOff(item)) return
  for (const [fromMs, untilMs] of query.spans(item, airings)) {
    for (const { feed, shiftMs, lateMs } of ways) {
      if (airings.isFeedOff(feed)) continue
      // By the broadcaster's clock, as somebody sees it who is so much behind.
      const seenMs = nowMs - (delayMs === undefined ? lateMs : shiftMs + delayMs)
      const isOn = fromMs <= seenMs && seenMs < untilMs
      if (isOn) {
        answer.holds = true
        answer.occurrence = item
      }
      const next = isOn ? untilMs : fromMs
      if (next > seenMs) answer.changesAtMs = Math.min(answer.changesAtMs, next + nowMs - seenMs)
    }
  }
}

/** Counts the occurrences of a list, from the first that may be on still to the first that will be next. */
function countList(answer: Look, question: Question, list: Occurrences): void {
  const { query, reach, nowMs } = question
  const { beforeMs, afterMs, delayMs = 0 } = query
  const { items, longestMs } = list
  let ahead = 0
  for (let at = placeOf(list, nowMs - longestMs - afterMs - reach.mostMs - delayMs); at < items.length; at++) {
    const item = items[at] as Occurrence
    const earliestMs = item.fromMs - beforeMs
    if (earliestMs >= answer.changesAtMs) return
    if (earliestMs > nowMs && ++ahead > MAX_AHEAD) answer.changesAtMs = earliestMs
    else count(answer, question, item)
  }
}

/** A query, and all that answers it. */
interface Question {
  query: TvQuery
  airings: Airings
  reach: Reach
  nowMs: number
}

/**
 * Looks a question up at an instant. It reads the occurrences that may count now, and goes ahead up to the first that will.
 * A day of 375,000 airings is looked up in less than 1 µs (`tv.lookUs`).
 */
export function look(query: TvQuery, airings: Airings, reach: Reach, nowMs: number): Look {
  const answer: Look = { holds: false, changesAtMs: Infinity }
  const question = { query, airings, reach, nowMs }
  for (const list of query.lists(airings)) countList(answer, question, list)
  return answer
}
