import { load } from '../../lab/load/load.ts'
import type { Measurement } from '../figure.ts'
import { startCache } from '../tv/nginx.ts'
import { startTvService } from '../tv/site.ts'

const MEASURE_MS = 10_000

/** Delay of the feed's delivery, in ms. */
const DELAY_MS = 4_000

/** Contextual answers through nginx, as many as go, while a commercial begins: no profile is read, and nothing is fetched anew. */
export const tvHerd: Measurement = {
  title: 'contextual answers through nginx across the start of an airing',
  families: ['tv.herdPerSec'],
  async measure() {
    const service = await startTvService()
    const cache = await startCache(service.port)
    // It begins in the middle of the measurement.
    await service.airing(Date.now() + MEASURE_MS / 2 - DELAY_MS)
    const report = await load({
      port: cache.port,
      requests: ['GET /v1/decide/flora/any HTTP/1.1\r\nHost: x\r\n\r\n'],
      connections: 64,
      warmUpMs: 1_000,
      measureMs: MEASURE_MS,
    })
    await cache.close()
    await service.close()
    const isWhole = Object.keys(report.statuses).join() === '200' && report.unanswered === 0
    if (!isWhole) throw new Error(`answers failed: ${JSON.stringify(report)}`)
    process.stderr.write(
      `  p50 ${report.p50Ms.toFixed(1)}, p99 ${report.p99Ms.toFixed(1)}, max ${report.maxMs.toFixed(1)} ms; stalled ${report.stalledPct.toFixed(1)} %\n`,
    )
    return [{ name: 'tv.herdPerSec', value: report.ratePerS, unit: 'req/s', limit: 20_000, isFloor: true }]
  },
}
