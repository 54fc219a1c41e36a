import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, type LoadReport } from '../../lab/load/load.ts'
import { quantile } from '../../lab/statistics.ts'
import { decideRequest } from '../../server/src/loadtest/requests.ts'
import { type DecideData, makeSmallData } from '../decide/data.ts'
import { startBare, startMeasured } from '../decide/service.ts'
import { SITE, tokensOf } from '../decide/visitors.ts'
import type { Measurement } from '../figure.ts'

/** Decisions a second: less than a core answers on a busy machine. */
const RATE_PER_S = 1_000

/** Processes that are started. */
const STARTS = 5

/** Length of an answer, for the server on which the generator practises. */
const ANSWER_LENGTH = 4_500

async function measureStart(data: DecideData, practicePort: number): Promise<LoadReport> {
  const service = await startMeasured(data)
  try {
    const requests = tokensOf(RATE_PER_S, 1).map((token) => decideRequest(SITE, token))
    const { port } = service
    const rate = { ratePerS: RATE_PER_S, warmUpMs: 0, measureMs: 1_000 }
    const report = await load({ port, requests, connections: 32, ...rate, practicePort })
    if (report.statuses['200'] !== RATE_PER_S) throw new Error(`decisions failed: ${JSON.stringify(report)}`)
    process.stderr.write(
      `  p50 ${report.p50Ms.toFixed(2)}, p99 ${report.p99Ms.toFixed(2)}, longest ${report.maxMs.toFixed(2)} ms; stalled ${report.stalledPct.toFixed(1)} %\n`,
    )
    return report
  } finally {
    await service.close()
  }
}

/** Latencies of processes that have just begun to listen, over a few profiles of their own. */
export const firstSecond: Measurement = {
  title: `the first second of ${STARTS} processes, ${RATE_PER_S} decisions each`,
  families: ['decide.firstSecond'],
  async measure() {
    const directory = await mkdtemp(join(tmpdir(), 'prepaint-first-second-'))
    const bare = await startBare('x'.repeat(ANSWER_LENGTH))
    try {
      const data = await makeSmallData(directory, RATE_PER_S)
      const p99s: number[] = []
      for (let start = 0; start < STARTS; start++) p99s.push((await measureStart(data, bare.port)).p99Ms)
      return [{ name: 'decide.firstSecondP99Ms', value: quantile(p99s, 0.5), unit: 'ms', limit: 20 }]
    } finally {
      await bare.close()
      await rm(directory, { recursive: true })
    }
  },
}
