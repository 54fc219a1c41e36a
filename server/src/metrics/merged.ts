import { type Aggregator, AggregatorRegistry } from 'prom-client'
import type { MetricsSnapshot } from './metrics.ts'

/** Metrics of several processes, as one page. */
export interface MergedMetrics {
  /** Takes the newest of a process, in place of its last. */
  take(process: number, snapshot: MetricsSnapshot): void
  /** A process has ended: what it has counted counts still, what it was does not. */
  end(process: number): void
  text(): Promise<string>
}

/** Averages would hide the one that has too much to do; what began is as old as its first process. */
const OVER: { readonly [Own in Aggregator]?: Aggregator } = { average: 'max', omit: 'min' }

/** Kinds of metrics that only grow. */
const GROWING: readonly string[] = ['counter', 'histogram']

function prepare(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.map((metric) => ({ ...metric, aggregator: OVER[metric.aggregator] ?? metric.aggregator }))
}

/** Merges metrics. A counter never falls below what a page has said, also when its process is killed. */
export function createMergedMetrics(): MergedMetrics {
  const living = new Map<number, MetricsSnapshot>()
  let ended: MetricsSnapshot = []

  async function add(snapshot: MetricsSnapshot): Promise<void> {
    ended = await AggregatorRegistry.aggregate([ended, snapshot]).getMetricsAsJSON()
  }

  let adding = Promise.resolve()
  return {
    take: (process, snapshot) => void living.set(process, prepare(snapshot)),
    end(process) {
      const growing = (living.get(process) ?? []).filter(({ type }) => GROWING.includes(String(type)))
      adding = adding.then(() => add(growing)).then(() => void living.delete(process))
    },
    async text() {
      await adding
      return AggregatorRegistry.aggregate([...living.values(), ended]).metrics()
    },
  }
}
