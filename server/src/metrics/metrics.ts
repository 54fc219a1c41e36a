import { type Aggregator, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createBuckets } from './buckets.ts'
import { createNewestTally } from './newest-tally.ts'
import { createTally } from './tally.ts'

/** Counts by the values of its labels, in their order. */
export type Count = (values: readonly string[], count?: number) => void

/** Notes how long something took, in ms, by the values of its labels. */
export type Observe = (values: readonly string[], ms: number) => void

/** Metrics for an operator, in Prometheus' text format. Labels hold names of ours and of sites: never a visitor's. */
export interface Metrics {
  /** Of labels whose values come and go only the newest `most` sums are kept; without it all are. */
  counter(name: string, help: string, labels: readonly string[], most?: number): Count
  /** A histogram of seconds, of one label at most. */
  durations(name: string, help: string, labels: readonly string[]): Observe
  /** A value that is looked up when the metrics are read. `over`: of several processes the sum (default) or the greatest. */
  gauge(name: string, help: string, read: () => number, over?: Over): void
  /** The same, with one value for each value of a label; of several processes the greatest. */
  gauges(
    name: string,
    help: string,
    label: string,
    read: () => readonly (readonly [labelValue: string, value: number])[],
  ): void
  contentType: string
  text(): Promise<string>
  /** Returns all of them as they are now, for another process. */
  snapshot(): Promise<MetricsSnapshot>
}

/** Value of a gauge over several processes. */
export type Over = Extract<Aggregator, 'sum' | 'max'>

/** Metrics of one process at one time. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** The budget of a decision is 8 ms, a page waits for 200. */
const BUCKETS_S = [0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.2, 1]

function labelled(labels: readonly string[], values: readonly string[]): { [label: string]: string } {
  return Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']))
}

/** Metrics of one service, by default with those of its process: CPU, memory, garbage collection, delay of the event loop. */
export function createMetrics(hasProcess = true): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (hasProcess) collectDefaultMetrics({ register: registry })
  return {
    counter(name, help, labels, most) {
      const tally = most === undefined ? createTally() : createNewestTally(most)
      new Counter({
        name: `prepaint_${name}`,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          this.reset()
          for (const [values, count] of tally.entries()) {
            this.inc(labelled(labels, values), count)
          }
        },
      })
      return tally.add
    },
    durations(name, help, labels) {
      const buckets = createBuckets(BUCKETS_S)
      new Histogram({
        name: `prepaint_${name}`,
        help,
        labelNames: [...labels],
        buckets: BUCKETS_S,
        registers,
        collect() {
          const entries = buckets.entries().map(([values, { counts, sum, count }]) => {
            const bucketValues = Object.fromEntries(BUCKETS_S.map((bound, place) => [bound, counts[place]]))
            return [values[0], { labels: labelled(labels, values), bucketValues, sum, count }]
          })
          // Where the library keeps what it has observed (prom-client 15): there is no way in for counts.
          if (entries.length > 0) Object.assign(this, { hashMap: Object.fromEntries(entries) })
        },
      })
      return (values, ms) => buckets.add(values, ms / 1_000)
    },
    gauge(name, help, read, over = 'sum') {
      new Gauge({
        name: `prepaint_${name}`,
        help,
        aggregator: over,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
    gauges(name, help, label, read) {
      new Gauge({
        name: `prepaint_${name}`,
        help,
        aggregator: 'max',
        labelNames: [label],
        registers,
        collect() {
          this.reset()
          for (const [labelValue, value] of read()) this.set({ [label]: labelValue }, value)
        },
      })
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
  }
}
