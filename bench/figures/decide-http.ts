import { load, type LoadReport } from '../../lab/load/load.ts'
import { quantile } from '../../lab/statistics.ts'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import { ensureDecideData } from '../decide/data.ts'
import { decideRequests } from '../decide/requests.ts'
import { type MeasuredService, startBare, startMeasured } from '../decide/service.ts'
import type { Measurement } from '../figure.ts'

const RATE_PER_S = 10_000
const RUNS = 3

/** Share of the time without a core, in percent, beyond which latencies tell of the machine and not of the service. */
const DISTURBED_PCT = 1

interface Run extends LoadReport {
  /** The service's time for one request, in µs. */
  cpuUs: number
}

/** Load on a service; without a rate as fast as it answers. */
interface RunOptions {
  measureMs: number
  warmUpMs?: number
  ratePerS?: number
}

async function run(service: MeasuredService, requests: string[], options: RunOptions): Promise<Run> {
  const { measureMs, warmUpMs = 0, ratePerS } = options
  const beforeUs = service.cpuUs()
  const report = await load({
    port: service.port,
    requests,
    connections: 32,
    ...(ratePerS === undefined ? {} : { ratePerS }),
    warmUpMs,
    measureMs,
  })
  const answered = report.statuses['200'] ?? 0
  const isWhole = Object.keys(report.statuses).length === 1 && report.unanswered === 0 && answered > 0
  if (!isWhole) throw new Error(`decisions failed: ${JSON.stringify(report)}`)
  // Those of the warm-up are not counted, but cost the same.
  const cpuUs = ((service.cpuUs() - beforeUs) * measureMs) / (warmUpMs + measureMs) / answered
  const disturbed = report.stalledPct > DISTURBED_PCT ? ', disturbed' : ''
  process.stderr.write(
    `  ${ratePerS ?? 'as many as go'}/s: ${Math.round(report.ratePerS)}/s, ${cpuUs.toFixed(1)} µs, p50 ${report.p50Ms.toFixed(2)}, ` +
      `p99 ${report.p99Ms.toFixed(2)}, p999 ${report.p999Ms.toFixed(2)} ms; stalled ${report.stalledPct.toFixed(1)} %${disturbed}\n`,
  )
  return { ...report, cpuUs }
}

/** An answer as the service gives it, for the bare server to give, too. */
async function answerOf({ port }: MeasuredService, request: string): Promise<string> {
  const connection = createConnection(port)
  const { body } = await connection.send(request)
  connection.close()
  return body
}

function least(runs: readonly Run[], value: (run: Run) => number): Run {
  return runs.reduce((best, other) => (value(other) < value(best) ? other : best))
}

/**
 * The built service over HTTP with a million profiles; the generator is a process of its own and has the other core.
 * The bare server that reads and parses the same questions and writes the same answer runs in turns with it. What one core does in a second is derived from the time that the service had, since others may have had some of it.
 */
export const decideHttp: Measurement = {
  title: `decisions over HTTP, ${RUNS} runs each`,
  families: ['decide.rps', 'decide.cpu', 'decide.timesBare', 'decide.p99'],
  async measure() {
    const service = await startMeasured(await ensureDecideData())
    const requests = decideRequests(50_000)
    const bare = await startBare(await answerOf(service, requests[0] as string))
    try {
      // Until its code is compiled and the pages of the store are mapped.
      await run(service, requests, { measureMs: 8_000 })
      await run(bare, requests, { measureMs: 2_000 })
      const busy: Run[] = []
      const floor: Run[] = []
      const steady: Run[] = []
      const warm: Run[] = []
      for (let count = 0; count < RUNS; count++) {
        floor.push(await run(bare, requests, { measureMs: 3_000 }))
        busy.push(await run(service, requests, { measureMs: 3_000 }))
        steady.push(await run(service, requests, { measureMs: 5_000, ratePerS: RATE_PER_S }))
        // A generator that has just begun sends its first requests late: 50 ms of them are 1 % of 5 s.
        warm.push(await run(service, requests, { measureMs: 5_000, ratePerS: RATE_PER_S, warmUpMs: 2_000 }))
      }
      const quietest = least(warm, ({ stalledPct }) => stalledPct)
      return [
        {
          name: 'decide.rpsPerCore',
          value: 1e6 / least(busy, ({ cpuUs }) => cpuUs).cpuUs,
          unit: 'req/s',
          limit: 20_000,
          isFloor: true,
        },
        { name: 'decide.cpuUsPerRequest', value: least(steady, ({ cpuUs }) => cpuUs).cpuUs, unit: 'µs', limit: 45 },
        {
          name: 'decide.timesBare',
          value: quantile(
            busy.map(({ cpuUs }, index) => cpuUs / (floor[index] as Run).cpuUs),
            0.5,
          ),
          unit: '×',
          limit: 1.9,
        },
        { name: 'decide.p99Ms', value: quietest.p99Ms, unit: 'ms', limit: 3 },
      ]
    } finally {
      await bare.close()
      await service.close()
    }
  },
}
