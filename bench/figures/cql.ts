import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from '../../lab/statistics.ts'
import { quantileMs } from '../../server/src/loadtest/latencies.ts'
import { TIMELINE_STEP_MS, type TrafficReport } from '../../server/src/loadtest/report.ts'
import type { Stage } from '../../server/src/loadtest/stage.ts'
import { decisionLatencies } from '../../server/src/loadtest/summary.ts'
import { type MeasuredCluster, startMeasuredCluster } from '../cql/cluster.ts'
import { keepRepairing } from '../cql/repair.ts'
import {
  failedOf,
  isProof,
  livePct,
  openCqlStage,
  PROFILES,
  RATE_PER_S,
  say,
  sendViews,
  STANDARD,
} from '../cql/traffic.ts'
import type { Figure, Measurement } from '../figure.ts'

/** Below it, latencies tell of answers that were made without the profile. In percent. */
const LIVE_FLOOR_PCT = 99.5

/** Runs of the figures that others are compared with; the one counts in which the machine had most time. */
const RUNS = 3

/** Nodes are warm when reads take no longer, in ms; for a machine that never gets there, an end. */
const WARM_P99_MS = 8
const MAX_WARM_UPS = isProof ? 10 : 4

function p99Ms(report: TrafficReport): number {
  return quantileMs(report.kinds.returning.latencies, 0.99)
}

/** Empty when so many were answered live, and all were answered. */
function flawOf(report: TrafficReport, floorPct = LIVE_FLOOR_PCT): { flaw?: string } {
  const live = livePct(report)
  if (failedOf(report) > 0) return { flaw: `${failedOf(report)} requests failed` }
  return live >= floorPct ? {} : { flaw: `${live.toFixed(2)} % live, must be ${floorPct} %` }
}

function quietest(reports: readonly TrafficReport[]): TrafficReport {
  return reports.reduce((best, other) => (other.stalledPct < best.stalledPct ? other : best))
}

/**
 * Compiles the nodes' code: for their first 30,000 reads they take 40 % of a core each, then 25, on a busy machine for longer.
 * Within the budget of a page the breaker would spare a cold cluster them.
 */
async function warmUp(cluster: MeasuredCluster): Promise<void> {
  const stage = await openCqlStage(cluster.store(), { budgetMs: 1_000 })
  try {
    for (let run = 0; run < MAX_WARM_UPS; run++) {
      if (p99Ms(await sendViews(stage, 'warm-up', { warmUpMs: 1_000, measureMs: 30_000 })) < WARM_P99_MS) return
    }
  } finally {
    await stage.end()
  }
}

/** Time that V8 takes to compile all of a new service for good, in ms: 0.50 ms of CPU a decision before, 0.40 after. */
const COMPILED_MS = 20_000

/** Nobody disturbs the cluster. */
async function quiet(stage: Stage): Promise<{ figures: Figure[]; report: TrafficReport }> {
  const reports: TrafficReport[] = []
  for (let run = 0; run < RUNS; run++) {
    reports.push(await sendViews(stage, 'quiet', { newPct: 10, warmUpMs: run === 0 ? COMPILED_MS : 2_000 }))
  }
  const report = quietest(reports)
  const { returning, new: first } = report.kinds
  const flaw = flawOf(report)
  const figures: Figure[] = [
    { name: 'cql.decide.live', value: livePct(report), unit: '%', limit: LIVE_FLOOR_PCT, isFloor: true },
    { name: 'cql.decide.p50Ms', value: quantileMs(returning.latencies, 0.5), unit: 'ms', limit: 1.5, ...flaw },
    { name: 'cql.decide.p99Ms', value: quantileMs(returning.latencies, 0.99), unit: 'ms', limit: 9, ...flaw },
    { name: 'cql.new.p50Ms', value: quantileMs(first.latencies, 0.5), unit: 'ms', limit: 0.5 },
  ]
  return { figures, report }
}

/** Time that nodes take to compile the code of repairs, in ms. */
const REPAIRS_COMPILED_MS = 30_000

/** Repairs go on all the time, as they should. */
async function repairing(stage: Stage, cluster: MeasuredCluster, before: TrafficReport): Promise<Figure[]> {
  const repair = await keepRepairing(cluster)
  const reports: TrafficReport[] = []
  for (let run = 0; run < RUNS; run++) {
    const warmUpMs = run === 0 ? REPAIRS_COMPILED_MS : 2_000
    reports.push(await sendViews(stage, 'repairs going on', { newPct: 10, warmUpMs, measureMs: 20_000 }))
  }
  say(`${await repair.end()} repairs`)
  const report = quietest(reports)
  return [
    { name: 'cql.repair.p99Ratio', value: p99Ms(report) / p99Ms(before), unit: '×', limit: 1.5, ...flawOf(report) },
  ]
}

/** The same cluster from further away: a round trip is added to every answer of it. */
async function distant(cluster: MeasuredCluster): Promise<Figure[]> {
  const p99AtMs = async (rttMs: number): Promise<Pick<Figure, 'value' | 'unit' | 'flaw'>> => {
    const stage = await openCqlStage(cluster.store(rttMs))
    const report = await sendViews(stage, `${rttMs} ms away`, { warmUpMs: COMPILED_MS, measureMs: 8_000 }).finally(
      stage.end,
    )
    return { value: p99Ms(report), unit: 'ms', ...flawOf(report) }
  }
  return [
    { name: 'cql.rtt1.p99Ms', limit: 10, ...(await p99AtMs(1)) },
    { name: 'cql.rtt2.p99Ms', limit: 11, ...(await p99AtMs(2)) },
    { name: 'cql.rtt5.p99Ms', limit: 14, ...(await p99AtMs(5)) },
    { name: 'cql.rtt10.p99Ms', limit: 19, ...(await p99AtMs(10)) },
    { name: 'cql.rtt20.p99Ms', limit: 29, ...(await p99AtMs(20)) },
  ]
}

/** One of three nodes is killed while views come. */
async function killed(stage: Stage, cluster: MeasuredCluster): Promise<Figure[]> {
  const [warmUpMs, measureMs, afterMs] = [2_000, 12_000, 2_000]
  const sending = sendViews(stage, 'a node killed', { warmUpMs, measureMs })
  await delay(warmUpMs + 3_000)
  const node = cluster.nodes[2] as (typeof cluster.nodes)[number]
  await node.end('SIGKILL')
  const killedMs = Date.now()
  const report = await sending
  const from = Math.ceil((killedMs + afterMs - report.beganMs) / TIMELINE_STEP_MS)
  const sum = (counts: readonly number[]): number => counts.slice(from).reduce((total, count) => total + count, 0)
  await node.start()
  const failed = failedOf(report)
  const flaw = failed > 0 ? { flaw: `${failed} decisions failed` } : {}
  const { live, asked } = report.timeline
  return [
    { name: 'cql.killed.live', value: (sum(live) / sum(asked)) * 100, unit: '%', limit: 98, isFloor: true, ...flaw },
  ]
}

/** Time in which V8's heap grows to what it needs, whatever is in it, in ms: from 250 to 386 MB, then 383 to 398. */
const HEAP_GROWN_MS = 90_000

/** Memory is looked at so often: V8's heap breathes by a few percent. */
const MEMORY_LOOKS = 20

/** Memory of the service while a small set of copies is filled and emptied all the time: the last quarter over the first. */
async function memory(cluster: MeasuredCluster): Promise<Figure[]> {
  const stage = await openCqlStage(cluster.store(), { profileCacheMb: 8 })
  const decisions = isProof ? 1_000_000 : 100_000
  const ratePerS = 1_500
  const measureMs = (decisions / ratePerS / MEMORY_LOOKS) * 1_000
  const sizes: number[] = []
  try {
    for (let look = 0; look < MEMORY_LOOKS; look++) {
      const warmUpMs = look === 0 ? HEAP_GROWN_MS : 1_000
      const report = await stage.send({ ...STANDARD, isUniform: false, ratePerS, warmUpMs, measureMs })
      sizes.push(report.service.residentBytes[1])
    }
  } finally {
    await stage.end()
  }
  say(
    `memory over ${decisions} decisions with copies, in MB: ${sizes.map((bytes) => (bytes / 1e6).toFixed(0)).join(' ')}`,
  )
  const growth = quantile(sizes.slice(-MEMORY_LOOKS / 4), 0.5) / quantile(sizes.slice(0, MEMORY_LOOKS / 4), 0.5)
  return [{ name: 'cql.memory.growthPct', value: (growth - 1) * 100, unit: '%', limit: 5 }]
}

/** All nodes are gone, and the breaker knows. */
async function down(stage: Stage, cluster: MeasuredCluster): Promise<Figure[]> {
  await Promise.all(cluster.nodes.map((node) => node.end('SIGKILL')))
  const report = await sendViews(stage, 'all nodes down', {})
  const failed = failedOf(report)
  const flaw = failed > 0 ? { flaw: `${failed} decisions failed` } : {}
  return [{ name: 'cql.down.p99Ms', value: quantileMs(decisionLatencies(report), 0.99), unit: 'ms', limit: 3, ...flaw }]
}

/** Decisions over three real Cassandra nodes on the same cores as the service and its load. */
export const cql: Measurement = {
  title: `profiles in a cluster: 3 Cassandra nodes, ${PROFILES} profiles, ${RATE_PER_S} decisions a second`,
  families: ['decide', 'new', 'repair', 'rtt', 'memory', 'killed', 'down'].map((family) => `cql.${family}`),
  async measure() {
    const cluster = await startMeasuredCluster(say)
    try {
      say(`writing ${PROFILES} profiles`)
      await warmUp(cluster)
      await cluster.settled()
      const stage = await openCqlStage(cluster.store())
      try {
        const { figures, report } = await quiet(stage)
        const repaired = await repairing(stage, cluster, report)
        const far = await distant(cluster)
        const grown = await memory(cluster)
        return [
          ...figures,
          ...repaired,
          ...far,
          ...grown,
          ...(await killed(stage, cluster)),
          ...(await down(stage, cluster)),
        ]
      } finally {
        await stage.end()
      }
    } finally {
      await cluster.end()
    }
  },
}
