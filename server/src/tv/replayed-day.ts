import type { Statement } from 'prepaint/engine'
import { createPieces, type Span } from './pieces.ts'

const LISTS = ['airings', 'breaks', 'spots'] as const

/** Times of a replay. */
export interface ReplayTimes {
  /** Part of the files' time that is replayed, in ms since 1970. */
  fromMs: number
  toMs: number
  /** The instant at which it begins, in ms since 1970. */
  startMs: number
  /** Seconds of the files' time that pass in a second. */
  speed: number
}

/** A day of airing data, at another time. */
export interface ReplayedDay {
  /** Schedules, which are told at the start, as a broadcaster does. */
  planned: Statement[]
  /** Anything else, which is told as it begins, as detections are; in time's order. */
  told: { atMs: number; statement: Statement }[]
  /** Starts of its programmes and commercials, in order. */
  starts: number[]
  /** The instant at which it is over. */
  endMs: number
}

/** Items that one source lists of one feed. */
interface Group {
  feed: string
  source: Statement['source']
  list: (typeof LISTS)[number]
  items: Span[]
}

/** Returns items that run in the part, at their new times: each lasts for a millisecond at least. */
function moved(items: readonly Span[], { fromMs, toMs, startMs, speed }: ReplayTimes): Span[] {
  const at = (ms: number): number => Math.round(startMs + (ms - fromMs) / speed)
  return items
    .filter((item) => item.toMs > fromMs && item.fromMs < toMs)
    .map((item) => ({ ...item, fromMs: at(item.fromMs), toMs: Math.max(at(item.toMs), at(item.fromMs) + 1) }))
}

function groupsOf(statements: readonly Statement[], times: ReplayTimes): Group[] {
  const groups = new Map<string, Group>()
  for (const { feed, source, ...lists } of statements)
    for (const list of LISTS) {
      const items = lists[list]
      if (!items) continue
      const key = JSON.stringify([feed, source, list])
      const group = groups.get(key) ?? { feed, source, list, items: [] }
      group.items.push(...moved(items, times))
      groups.set(key, group)
    }
  for (const { items } of groups.values()) items.sort((one, other) => one.fromMs - other.fromMs)
  return [...groups.values()]
}

function statementOf({ feed, source, list }: Group, items: readonly Span[], range?: Span): Statement {
  return { feed, source, ...(range ? { range } : {}), [list]: items }
}

/** Returns statements of all that a schedule has until the end. */
function plannedOf(group: Group, startMs: number, endMs: number): Statement[] {
  const pieces = createPieces({ fromMs: Math.min(startMs, group.items[0]?.fromMs ?? startMs), toMs: endMs })
  const parts = [...group.items.flatMap((item) => pieces.add(item)), ...pieces.end()]
  return parts.map(({ items, range }) => statementOf(group, items, range))
}

/** Returns a statement of each instant at which something begins. Its range is that instant, so that an airing shortly before is another one. */
function toldOf(group: Group): ReplayedDay['told'] {
  const byStart = Map.groupBy(group.items, ({ fromMs }) => fromMs)
  return [...byStart].map(([atMs, items]) => ({
    atMs,
    statement: statementOf(group, items, { fromMs: atMs, toMs: atMs + 1 }),
  }))
}

/** Moves a day of airing data to another time, and says what is told of it at which instant. */
export function replayedDay(statements: readonly Statement[], times: ReplayTimes): ReplayedDay {
  const { fromMs, toMs, startMs, speed } = times
  const endMs = Math.round(startMs + (toMs - fromMs) / speed)
  const groups = groupsOf(statements, times)
  const isPlanned = ({ source }: Group): boolean => source === 'schedule'
  const shown = groups.filter(({ list }) => list !== 'breaks').flatMap(({ items }) => items)
  return {
    planned: groups.filter(isPlanned).flatMap((group) => plannedOf(group, startMs, endMs)),
    told: groups
      .filter((group) => !isPlanned(group))
      .flatMap(toldOf)
      .sort((one, other) => one.atMs - other.atMs),
    starts: shown.map((item) => item.fromMs).sort((one, other) => one - other),
    endMs,
  }
}

/** Returns statements that take back what schedules have after an instant. */
export function withdrawalOf({ planned }: ReplayedDay, nowMs: number): Statement[] {
  return planned.flatMap(({ feed, source, range, ...lists }) => {
    if (!range || range.toMs <= nowMs) return []
    const none = LISTS.filter((list) => lists[list]).map((list) => [list, []])
    return [{ feed, source, range: { ...range, fromMs: Math.max(range.fromMs, nowMs) }, ...Object.fromEntries(none) }]
  })
}
