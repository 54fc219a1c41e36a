import { countOf, type Latencies, quantileMs } from '../../server/src/loadtest/latencies.ts'
import type { TrafficReport } from '../../server/src/loadtest/report.ts'
import { openStage, type Stage, type Traffic } from '../../server/src/loadtest/stage.ts'
import { decisionLatencies, errorsOf } from '../../server/src/loadtest/summary.ts'

/** The proof takes its time; what is run more often has a tenth of the profiles. */
export const isProof = process.env['PREPAINT_PROVE'] === '1'

/** Visitors whom the cluster knows. */
export const PROFILES = isProof ? 1_000_000 : 100_000

/** Decisions a second. */
export const RATE_PER_S = 1_000

/** Views of known visitors, each as often as the others, of which nothing is told. */
export const STANDARD: Traffic = {
  ratePerS: RATE_PER_S,
  isUniform: true,
  newPct: 0,
  toldPct: 0,
  warmUpMs: 5_000,
  measureMs: 10_000,
}

/** Says on standard error what is being done. */
export function say(text: string): void {
  process.stderr.write(`  ${text}\n`)
}

/** Says each step, and every ten seconds how far it is. */
function progress(): (step: string, written?: number) => void {
  let lastMs = performance.now()
  return (step, written) => {
    if (written === undefined || performance.now() - lastMs < 10_000) return
    lastMs = performance.now()
    say(`${step}: ${written}`)
  }
}

/** A service over the cluster; without copies, so that every decision for a known visitor is a read. */
export function openCqlStage(
  store: string,
  settings: { profileCacheMb?: number; budgetMs?: number } = {},
): Promise<Stage> {
  const { signal } = new AbortController()
  return openStage({
    profileCacheMb: 0,
    ...settings,
    store,
    credentials: {},
    profiles: PROFILES,
    onProgress: progress(),
    signal,
  })
}

/** Share of the known visitors' decisions that were made from the cluster itself, in percent. */
export function livePct({ kinds }: TrafficReport): number {
  const { tiers, latencies } = kinds.returning
  return ((tiers['live'] ?? 0) / countOf(latencies)) * 100
}

/** Decisions that had no answer, or another than 200. */
export function failedOf(report: TrafficReport): number {
  return report.unanswered + Object.values(errorsOf(report)).reduce((sum, count) => sum + count, 0)
}

function times(latencies: Latencies): string {
  return [0.5, 0.99, 0.999].map((share) => `p${share * 100} ${quantileMs(latencies, share).toFixed(2)}`).join(', ')
}

/** Sends views and says what became of them: how long, which tiers, what failed, whether the machine was disturbed. */
export async function sendViews(stage: Stage, what: string, traffic: Partial<Traffic>): Promise<TrafficReport> {
  const report = await stage.send({ ...STANDARD, ...traffic })
  const { kinds, stalledPct, service } = report
  const tiers = Object.entries(kinds.returning.tiers).map(([tier, count]) => `${tier} ${count}`)
  say(
    `${what}: ${times(decisionLatencies(report))} ms; ${tiers.join(', ')}; failed ${failedOf(report)}; ` +
      `${((service.cpuS * 1e6) / countOf(decisionLatencies(report))).toFixed(0)} µs CPU; stalled ${stalledPct.toFixed(1)} %, loop p99 ${service.eventLoopP99Ms.toFixed(0)} ms`,
  )
  return report
}
