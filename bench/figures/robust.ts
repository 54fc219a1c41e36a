import { load } from '../../lab/load/load.ts'
import type { Figure, Measurement } from '../figure.ts'
import { floodLarge, floodSmall, largestQuestions, usualQuestion } from '../robust/floods.ts'
import { type AttackedService, startAttacked } from '../robust/service.ts'

/** Connections that send the largest questions that are read, as fast as they are answered. */
const HOSTILE_CONNECTIONS = 16
const MEASURE_MS = 5_000
const WARM_UP_MS = 2_000

async function measureRss(): Promise<Figure> {
  const peaksMb: number[] = []
  for (const flood of [floodSmall, floodLarge]) {
    const service = await startAttacked()
    try {
      const beforeMb = await service.peakRssMb()
      await flood(service.port)
      peaksMb.push(await service.peakRssMb())
      process.stderr.write(`  ${flood.name}: ${Math.round(beforeMb)} to ${Math.round(peaksMb.at(-1) as number)} MB\n`)
    } finally {
      await service.close()
    }
  }
  return { name: 'robust.rssMb', value: Math.max(...peaksMb), unit: 'MB', limit: 250 }
}

async function loadBoth({ port }: AttackedService): Promise<Figure> {
  const times = { warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS }
  const [hostile, usual] = await Promise.all([
    load({ port, requests: largestQuestions(), connections: HOSTILE_CONNECTIONS, ...times }),
    load({ port, requests: [usualQuestion()], connections: 8, ratePerS: 200, ...times }),
  ])
  const isWhole = usual.statuses['200'] === (200 * MEASURE_MS) / 1_000 && usual.unanswered === 0
  process.stderr.write(
    `  hostile: ${JSON.stringify(hostile.statuses)}, p50 ${hostile.p50Ms.toFixed(2)} ms; usual: p50 ${usual.p50Ms.toFixed(2)}, ` +
      `p99 ${usual.p99Ms.toFixed(2)} ms, stalled ${usual.stalledPct.toFixed(1)} %\n`,
  )
  return {
    name: 'robust.floodP50Ms',
    value: usual.p50Ms,
    unit: 'ms',
    limit: 3,
    ...(isWhole ? {} : { flaw: `decisions failed: ${JSON.stringify(usual.statuses)}` }),
  }
}

/** Cost of attacks in memory. */
export const robustMemory: Measurement = {
  title: 'memory after two floods, at default settings',
  families: ['robust.rssMb'],
  measure: async () => [await measureRss()],
}

/** Delay of other requests while the largest questions arrive. */
export const robustFlood: Measurement = {
  title: 'decisions while the largest questions arrive, at default settings',
  families: ['robust.floodP50Ms'],
  async measure() {
    const service = await startAttacked()
    try {
      return [await loadBoth(service)]
    } finally {
      await service.close()
    }
  },
}
