import { type Airings, createTimeline, type Timeline } from 'prepaint/engine'
import type { WallClock } from '../../clock.ts'
import type { TvRecord } from '../../ingest/record.ts'

/** Interval at which what is long over is forgotten, in ms. */
const PRUNE_EVERY_MS = 600_000

/** Most occurrences of a site: a day of 375,000 airings, and two weeks of schedules. They take about 300 bytes each. */
const MAX_OCCURRENCES = 1_000_000

/** Airings as they are known, by site. */
export interface Timelines {
  /** Returns the airings of a site; one without any has an empty timeline. */
  of(site: string): Airings
  /** Takes a record, under a revision that grows. */
  apply(record: TvRecord, revision: number): void
  /** Returns records that make the same timelines, in order, if they are applied under one revision. */
  snapshot(nowMs: number): Iterable<TvRecord>
  /** Calls `listener` with each site that has changed. Returns what ends that. */
  onChange(listener: (site: string) => void): () => void
  /** Number of occurrences of all sites. */
  size(): number
}

/** Options of timelines. */
export interface TimelinesOptions {
  now: WallClock
  onProblem(problem: string): void
}

/** Begins without airings. */
export function createTimelines({ now, onProblem }: TimelinesOptions): Timelines {
  const bySite = new Map<string, Timeline>()
  const listeners = new Set<(site: string) => void>()
  let prunedMs = now()

  function timelineOf(site: string): Timeline {
    const timeline = bySite.get(site) ?? createTimeline()
    bySite.set(site, timeline)
    return timeline
  }

  function pruneNowAndThen(): void {
    const nowMs = now()
    if (nowMs - prunedMs < PRUNE_EVERY_MS) return
    prunedMs = nowMs
    for (const timeline of bySite.values()) timeline.prune(nowMs)
  }

  return {
    of: timelineOf,
    apply({ site, statements, switches = [] }, revision) {
      const timeline = timelineOf(site)
      for (const order of switches) timeline.switch(order, revision)
      if (statements.length > 0 && timeline.size() >= MAX_OCCURRENCES) timeline.prune(now())
      if (statements.length > 0 && timeline.size() >= MAX_OCCURRENCES)
        onProblem(`site ${site}: more than ${MAX_OCCURRENCES} airings are known: later ones are passed over`)
      else for (const statement of statements) timeline.state(statement, revision)
      pruneNowAndThen()
      for (const listener of listeners) listener(site)
    },
    *snapshot(receivedMs) {
      for (const [site, timeline] of bySite) {
        const { statements, switches } = timeline.snapshot()
        yield { kind: 'tv', site, receivedMs, statements: [], switches }
        for (const statement of statements) yield { kind: 'tv', site, receivedMs, statements: [statement] }
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    size: () => [...bySite.values()].reduce((sum, timeline) => sum + timeline.size(), 0),
  }
}
