import { type Bar, barsOf } from './bars.ts'
import type { Latencies } from './latencies.ts'
import type { LatencySummary, Summary } from './summary.ts'

/** Characters of the longest bar. */
const WIDTH = 50

const ROWS = [
  ['decisions', 'decisions'],
  ['  returning visitors', 'returning'],
  ['  new visitors', 'new'],
  ['  during the burst', 'burst'],
  ['batches of events', 'events'],
] as const

function cell(value: number | null): string {
  return (value === null ? '-' : value.toFixed(2)).padStart(9)
}

function row(title: string, { count, p50Ms, p95Ms, p99Ms, p999Ms, maxMs }: LatencySummary): string {
  return title.padEnd(22) + String(count).padStart(9) + [p50Ms, p95Ms, p99Ms, p999Ms, maxMs].map(cell).join('')
}

function list(counts: { [name: string]: number }, unit: string): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}${unit}`)
    .join(', ')
}

function bar({ untilMs, pct }: Bar, largestPct: number): string {
  return `${`≤ ${untilMs} ms`.padStart(12)}  ${'█'.repeat(Math.ceil((pct / largestPct) * WIDTH)).padEnd(WIDTH)} ${pct.toFixed(2)} %`
}

/** A load test for people: numbers, and how long decisions took as bars. */
export function formatSummary(summary: Summary, latencies: Latencies): string {
  const {
    tiersPct,
    errors,
    unanswered,
    coreSPerMillion,
    costPerMillion,
    cpuUsPerDecision,
    stalledPct,
    eventLoopP99Ms,
  } = summary
  const bars = barsOf(latencies)
  const largestPct = Math.max(...bars.map(({ pct }) => pct))
  const failed = [list(errors, ''), unanswered > 0 ? `no answer ${unanswered}` : '']
    .filter((text) => text !== '')
    .join(', ')
  return [
    `${'in ms'.padEnd(22)}${'count'.padStart(9)}${['p50', 'p95', 'p99', 'p99.9', 'max'].map((name) => name.padStart(9)).join('')}`,
    ...ROWS.map(([title, key]) => [title, summary[key]] as const)
      .filter(([, { count }]) => count > 0)
      .map(([title, one]) => row(title, one)),
    '',
    `tiers of returning visitors: ${list(tiersPct, ' %')}`,
    `errors: ${failed === '' ? 'none' : failed}`,
    `CPU of the service: ${cpuUsPerDecision} µs a decision with its events, ${coreSPerMillion} core-seconds a million` +
      (costPerMillion === undefined ? '' : `, which cost ${costPerMillion}`),
    `the machine had no time for ${stalledPct} % of the run; delay of the service's event loop, p99: ${eventLoopP99Ms} ms`,
    '',
    'how long decisions took:',
    ...bars.map((one) => bar(one, largestPct)),
    '',
  ].join('\n')
}
