import { type Airings, createTimeline, type Timeline, type TvSwitch } from 'prepaint/engine'
import type { WallClock } from '../../clock.ts'
import type { TvRecord } from '../../ingest/record.ts'

/** Interval at which what is long over is forgotten, in ms. */
const PRUNE_EVERY_MS = 600_000

/** Switches of one record of a snapshot. */
const SWITCHES_A_RECORD = 100

/** Most occurrences of a site: a day of 375,000 airings, and two weeks of schedules. They take about 300 bytes each. */
const MAX_OCCURRENCES = 1_000_000

/** A record, and the revision under which it was applied. */
export interface RevisedRecord {
  record: TvRecord
  revision: number
}

/** Called with a site that has changed, and with the record that did it; without one, all that is known of the site is new. */
export type OnAirings = (site: string, change?: RevisedRecord) => void

/** Timelines that are to take the place of others. */
export interface Replacement {
  apply(record: TvRecord, revision: number): void
  /** Puts them in place. */
  use(): void
}

/** Airings as they are known, by site. */
export interface Timelines {
  /** Returns the airings of a site; one without any has an empty timeline. */
  of(site: string): Airings
  /** Names of the sites of which something may be known. */
  sites(): string[]
  /** Takes a record, under a revision that grows. */
  apply(record: TvRecord, revision: number): void
  /**
   * Returns records that make the timelines as they are now, in order, if those of a site are applied under one revision. They are made while
   * they are gone through.
   */
  snapshot(nowMs: number): Iterable<TvRecord>
  /** Begins timelines without airings, which are in use once all of them are there. */
  replace(): Replacement
  /** Returns what has been switched off after a revision, and is off still. */
  offSince(site: string, revision: number): readonly TvSwitch[]
  /** Adds a listener. Returns what ends that. */
  onChange(listener: OnAirings): () => void
  /** Number of occurrences of all sites. */
  size(): number
}

/** Options of timelines. */
export interface TimelinesOptions {
  now: WallClock
  onProblem(problem: string): void
}

/** Timelines by site. */
type BySite = Map<string, Timeline>

/** A timeline of a site as it was. */
type SiteSnapshot = ReturnType<Timeline['snapshot']> & { site: string }

function nameOf({ scope, name = '' }: TvSwitch): string {
  return `${scope}:${name}`
}

function isOffIn(timeline: Timeline): Set<string> {
  return new Set(timeline.snapshot().switches.map(nameOf))
}

function* recordsOf(all: readonly SiteSnapshot[], receivedMs: number): Iterable<TvRecord> {
  for (const { site, statements, switches } of all) {
    const record = { kind: 'tv', site, receivedMs } as const
    yield { ...record, statements: [] }
    for (let from = 0; from < switches.length; from += SWITCHES_A_RECORD)
      yield { ...record, statements: [], switches: switches.slice(from, from + SWITCHES_A_RECORD) }
    for (const statement of statements) yield { ...record, statements: [statement] }
  }
}

/** Begins without airings. */
export function createTimelines({ now, onProblem }: TimelinesOptions): Timelines {
  let bySite: BySite = new Map()
  const switchedOff = new Map<string, Map<string, { order: TvSwitch; revision: number }>>()
  const listeners = new Set<OnAirings>()
  let prunedMs = now()

  function timelineOf(sites: BySite, site: string): Timeline {
    const timeline = sites.get(site) ?? createTimeline()
    sites.set(site, timeline)
    return timeline
  }

  function noteSwitch(site: string, order: TvSwitch, revision: number): void {
    const orders = switchedOff.get(site) ?? new Map<string, { order: TvSwitch; revision: number }>()
    switchedOff.set(site, orders)
    if (order.isOff) orders.set(nameOf(order), { order, revision })
    else orders.delete(nameOf(order))
  }

  function applyTo(sites: BySite, { site, statements, switches = [] }: TvRecord, revision: number): void {
    const timeline = timelineOf(sites, site)
    timeline.revise(revision)
    for (const order of switches) timeline.switch(order, revision)
    for (const [part, statement] of statements.entries()) {
      // A range takes the place of others: corrections go on.
      if (statement.range || timeline.size() < MAX_OCCURRENCES) timeline.state(statement, revision, part)
      else onProblem(`site ${site}: more than ${MAX_OCCURRENCES} airings are known: others are passed over`)
    }
  }

  function pruneNowAndThen(): void {
    const nowMs = now()
    if (nowMs - prunedMs < PRUNE_EVERY_MS) return
    prunedMs = nowMs
    for (const timeline of bySite.values()) timeline.prune(nowMs)
  }

  function tell(...change: Parameters<OnAirings>): void {
    for (const listener of listeners) listener(...change)
  }

  return {
    of: (site) => timelineOf(bySite, site),
    sites: () => [...bySite.keys()],
    apply(record, revision) {
      const { site, switches = [] } = record
      applyTo(bySite, record, revision)
      for (const order of switches) noteSwitch(site, order, revision)
      pruneNowAndThen()
      tell(site, { record, revision })
    },
    snapshot(receivedMs) {
      const all = [...bySite].map(([site, timeline]) => ({ site, ...timeline.snapshot() }))
      return recordsOf(all, receivedMs)
    },
    replace() {
      const next: BySite = new Map()
      return {
        apply: (record, revision) => applyTo(next, record, revision),
        use() {
          const before = bySite
          bySite = next
          for (const site of new Set([...before.keys(), ...next.keys()])) {
            const former = before.get(site)
            const timeline = timelineOf(next, site)
            const wasOff = former && isOffIn(former)
            // A process that has just begun has shown nothing that could have been stopped.
            for (const order of wasOff ? timeline.snapshot().switches : [])
              if (!wasOff?.has(nameOf(order))) noteSwitch(site, order, timeline.revision())
            tell(site)
          }
        },
      }
    },
    offSince: (site, after) =>
      [...(switchedOff.get(site)?.values() ?? [])].filter(({ revision }) => revision > after).map(({ order }) => order),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    size: () => [...bySite.values()].reduce((sum, timeline) => sum + timeline.size(), 0),
  }
}
