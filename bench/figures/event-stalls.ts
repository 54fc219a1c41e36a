import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { load } from '../../lab/load/load.ts'
import { SECRET } from '../decide/visitors.ts'
import { batchesOf, EVENTS_A_BATCH } from '../events/batches.ts'
import type { Measurement } from '../figure.ts'
import { SITE, startAttacked } from '../robust/service.ts'
import type { LongestTurn } from '../robust/turns.ts'

const PROBE = new URL('../robust/turns.ts', import.meta.url).href

/** Half of what a service must take. */
const EVENTS_A_SECOND = 2_500
const VISITORS = 5_000
const WARM_UP_MS = 3_000
const MEASURE_MS = 12_000

/** Work of a service in turns of its event loop that take it longer than 2 ms, while it takes events. */
export const eventStalls: Measurement = {
  title: `stalls of the service's own at ${EVENTS_A_SECOND.toLocaleString('en')} events a second`,
  families: ['events.stalledPct'],
  async measure() {
    const { child, port, close } = await startAttacked({ env: { PREPAINT_SECRET: SECRET }, imports: [PROBE] })
    const ratePerS = EVENTS_A_SECOND / EVENTS_A_BATCH
    const requests = batchesOf(SITE, SECRET, Math.ceil((ratePerS * (WARM_UP_MS + MEASURE_MS)) / 1_000), VISITORS)
    const loading = load({ port, requests, connections: 16, ratePerS, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS })
    const take = async (): Promise<LongestTurn> => {
      child.send('longest')
      return ((await once(child, 'message')) as [LongestTurn])[0]
    }
    await delay(WARM_UP_MS)
    await take()
    const startMs = performance.now()
    await delay(MEASURE_MS - WARM_UP_MS)
    const { ms, cpuMs, stalledMs } = await take()
    const tookMs = performance.now() - startMs
    const { statuses } = await loading
    await close()
    process.stderr.write(
      `  longest turn ${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} of work; answers ${JSON.stringify(statuses)}\n`,
    )
    return [{ name: 'events.stalledPct', value: (100 * stalledMs) / tookMs, unit: '%', limit: 1 }]
  },
}
