import { readDigits, splitEntries, writeDigits } from './digits.ts'
import { INSTANT_WIDTH, readInstant, writeInstant } from './instant.ts'

/** Events of a window that are kept one by one. */
export const MAX_EXACT = 64

/** Parts of a window in which older events are kept together. */
const PARTS = 32

/** Most parts that a window overlaps, as its own edges lie between theirs. */
const MAX_PARTS = PARTS + 1

/** Numbers of parts are kept modulo this, in one digit: those of one state are never so far apart. */
const PART_BASE = 64

/**
 * A quantity that a window adds up. Events are texts of an instant and an amount; those of one part are a text of one width, too.
 */
export interface Measure {
  /** Digits of an event's amount. */
  amountWidth: number
  /** Digits of what a part's events add up to. */
  totalWidth: number
  /** Turns the amount that begins at `at` into a total. */
  totalOf(event: string, at: number): string
  /** Adds two totals; associative and commutative, also at its bound. */
  add(one: string, other: string): string
}

/** Contents of a window at an instant. */
export interface WindowView {
  /** Place in the state at which its first event begins. */
  from: number
  /** Place at which the events end. */
  until: number
  /** Places of the totals of parts of which a piece may lie in the window. */
  totals: number[]
  /** First instant at which it loses something; undefined if it is empty. */
  changesAtMs: number | undefined
}

type OnPart = (lastMs: number, totalAt: number) => void

/** Length of a part, in ms. */
function partMs(withinMs: number): number {
  return Math.ceil(withinMs / PARTS)
}

/** Number of an instant's part. */
function partOf(atMs: number, withinMs: number): number {
  return Math.floor(atMs / partMs(withinMs))
}

/** Last instant of a part. */
function lastMs(part: number, withinMs: number): number {
  return (part + 1) * partMs(withinMs) - 1
}

/** Finds the number of the first event that is later; the number of events if none is. */
function firstAfter(state: string, events: number, eventWidth: number, afterMs: number): number {
  let [low, high] = [0, events]
  while (low < high) {
    const middle = (low + high) >> 1
    if (readInstant(state, middle * eventWidth) > afterMs) high = middle
    else low = middle + 1
  }
  return low
}

/** True for an event whose part lies wholly before the window that ends at an instant. */
function isLeft(event: string, untilMs: number, withinMs: number): boolean {
  return lastMs(partOf(readInstant(event, 0), withinMs), withinMs) <= untilMs - withinMs
}

/** Adds an event to others of its width, in order. */
function insert(events: string, event: string): string {
  let at = events.length
  while (at > 0 && events.slice(at - event.length, at) > event) at -= event.length
  return events.slice(0, at) + event + events.slice(at)
}

/**
 * A sliding window over a text: the newest 64 events by instant and amount, one after the other, oldest first; then, if there are more,
 * those before them in aligned parts of 1/32 of the window. A part is dropped with all its events when it lies wholly before the
 * window of the newest event. Since that depends on part and newest event alone, the text is a function of the multiset of events.
 */
export function createWindow({ amountWidth, totalWidth, totalOf, add }: Measure) {
  const eventWidth = INSTANT_WIDTH + amountWidth
  const exactLength = MAX_EXACT * eventWidth
  const partWidth = 1 + totalWidth

  function newestMs(state: string): number {
    return readInstant(state, Math.min(state.length, exactLength) - eventWidth)
  }

  /** Returns the parts behind a state's events of which a piece lies after `afterMs`; `onPart` is told each of them. */
  function partsAfter(withinMs: number, state: string, afterMs: number, onPart?: OnPart): string {
    if (state.length <= exactLength) return ''
    const newest = partOf(newestMs(state), withinMs)
    let kept = ''
    let from = exactLength
    for (let at = exactLength; at < state.length; at += partWidth) {
      const behind = (newest - readDigits(state, at, 1) + PART_BASE) % PART_BASE
      const last = lastMs(newest - behind, withinMs)
      if (last > afterMs) onPart?.(last, at + 1)
      else {
        kept += state.slice(from, at)
        from = at + partWidth
      }
    }
    return kept + state.slice(from)
  }

  /** Adds a total to a part. */
  function addPart(parts: string, part: number, total: string): string {
    const digit = writeDigits(part % PART_BASE, 1)
    let at = 0
    while (at < parts.length && parts.charAt(at) < digit) at += partWidth
    const isKnown = parts.charAt(at) === digit
    const sum = isKnown ? add(parts.slice(at + 1, at + partWidth), total) : total
    return parts.slice(0, at) + digit + sum + parts.slice(isKnown ? at + partWidth : at)
  }

  function merge(withinMs: number, a: string, b: string): string {
    if (a === '' || b === '') return a + b
    const events = [a, b].flatMap((state) => splitEntries(state.slice(0, exactLength), eventWidth)).sort()
    const afterMs = readInstant(events.at(-1) as string, 0) - withinMs
    const partAt = (event: string): number => partOf(readInstant(event, 0), withinMs)
    const kept = events.filter((event) => lastMs(partAt(event), withinMs) > afterMs)
    let parts = partsAfter(withinMs, a, afterMs)
    for (const part of splitEntries(partsAfter(withinMs, b, afterMs), partWidth))
      parts = addPart(parts, readDigits(part, 0, 1), part.slice(1))
    for (const event of kept.splice(0, Math.max(kept.length - MAX_EXACT, 0)))
      parts = addPart(parts, partAt(event), totalOf(event, INSTANT_WIDTH))
    return kept.join('') + parts
  }

  /** Adds an event that is not older than the newest one and leaves no event behind the window. */
  function append(withinMs: number, state: string, event: string): string {
    if (state.length < exactLength) return state + event
    const parts = partsAfter(withinMs, state, readInstant(event, 0) - withinMs)
    const part = partOf(readInstant(state, 0), withinMs)
    return state.slice(eventWidth, exactLength) + event + addPart(parts, part, totalOf(state, INSTANT_WIDTH))
  }

  function look(withinMs: number, state: string, nowMs: number): WindowView {
    const until = Math.min(state.length, exactLength)
    const from = eventWidth * firstAfter(state, until / eventWidth, eventWidth, nowMs - withinMs)
    let changesMs = from < until ? readInstant(state, from) : Infinity
    const totals: number[] = []
    partsAfter(withinMs, state, nowMs - withinMs, (partEndsMs, at) => {
      totals.push(at)
      changesMs = Math.min(changesMs, partEndsMs)
    })
    return { from, until, totals, changesAtMs: changesMs < Infinity ? changesMs + withinMs : undefined }
  }

  /** The view that was looked at last: the value of a window and its next change are asked for one after the other. */
  let last: { withinMs: number; state: string; nowMs: number; view: WindowView } | undefined

  return {
    merge,

    /** Adds an event, as `merge` would: in a tenth of the time if it is the newest and no event leaves, or if there is room for one more. */
    step(withinMs: number, state: string, atMs: number, amount: string): string {
      const event = writeInstant(atMs) + amount
      if (state === '') return event
      const newest = Math.min(state.length, exactLength) - eventWidth
      const isNewest = event >= state.slice(newest, newest + eventWidth)
      // The newest event stays what it is, and so does what it leaves behind.
      if (!isNewest && state.length < exactLength)
        return isLeft(event, newestMs(state), withinMs) ? state : insert(state, event)
      return isNewest && !isLeft(state, readInstant(event, 0), withinMs)
        ? append(withinMs, state, event)
        : merge(withinMs, state, event)
    },

    /** Looks at the window that ends at an instant. An event of the future is in it. */
    view(withinMs: number, state: string, nowMs: number): WindowView {
      if (last?.withinMs !== withinMs || last.state !== state || last.nowMs !== nowMs)
        last = { withinMs, state, nowMs, view: look(withinMs, state, nowMs) }
      return last.view
    },

    /** Digits of an event. */
    eventWidth,

    /** Most bytes of a state as JSON. */
    maxBytes: exactLength + MAX_PARTS * partWidth + 2,
  }
}
