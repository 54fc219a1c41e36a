import { setTimeout as delay } from 'node:timers/promises'
import { load } from '../../lab/load/load.ts'
import { type Connection, createConnection } from '../../server/src/loadtest/connection.ts'
import { LOADTEST_ORIGIN } from '../../server/src/loadtest/site.ts'
import { stalledPct, watchStalls } from '../../server/src/loadtest/stalls.ts'
import { SECRET } from '../decide/visitors.ts'
import { SITE, startAttacked } from '../robust/service.ts'
import { batchesOf, batchOf, EVENTS_A_BATCH, post } from './batches.ts'

const VISITORS = 5_000
const WARM_UP_MS = 3_000
const MEASURE_MS = 12_000

/** Pause between two questions of one who waits for the decision, in ms. */
const ASK_EVERY_MS = 1

/** Pause between two visitors who buy, in ms. */
const PAUSE_MS = 20

const CATALOG = `site: ${SITE}
origins: ['${LOADTEST_ORIGIN}']
slots: { offer: {} }
audiences: { buyers: { "events.Order Completed": { $gte: 1 } } }
experiences:
  - { id: thanks, slot: offer, audience: buyers, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: buy, slot: offer, variants: [{ id: buy, do: [{ text: Buy me }] }] }
`

function question(token?: string): string {
  const page = { path: '/', campaign: '', referrer: '' }
  return post('/v1/decide', { v: 1, site: SITE, consent: 'granted', token, page })
}

/** Buys as a new visitor, and asks by another connection until a decision knows it; returns the time from sending, in ms. */
async function buy(sending: Connection, asking: Connection): Promise<number> {
  const first = (JSON.parse((await asking.send(question())).body) as { token: string }).token
  const startMs = performance.now()
  const sent = sending.send(batchOf(SITE, first, [{ type: 'track', event: 'Order Completed' }]))
  let body = ''
  while (!body.includes('"thanks"')) {
    ;({ body } = await asking.send(question(first)))
    if (!body.includes('"thanks"')) await delay(ASK_EVERY_MS)
  }
  const visibleMs = performance.now() - startMs
  const { status } = await sent
  if (status !== 200) throw new Error(`the purchase was refused: ${status}`)
  return visibleMs
}

async function buyUntil(port: number, endMs: number): Promise<number[]> {
  const [sending, asking] = [createConnection(port), createConnection(port)]
  const times: number[] = []
  while (performance.now() < endMs) {
    times.push(await buy(sending, asking))
    await delay(PAUSE_MS)
  }
  sending.close()
  asking.close()
  return times
}

/** Traffic among which visitors buy. */
export interface BusySite {
  eventsPerS: number
  /** Address of the profiles; default: in LMDB. */
  store?: string
}

/** Returns the times from a purchase's sending to another request's decision that knows it, in ms, while the whole site sends events. */
export async function visibleTimes({ eventsPerS, store }: BusySite): Promise<number[]> {
  const env = { PREPAINT_SECRET: SECRET, ...(store === undefined ? {} : { PREPAINT_STORE: store }) }
  const service = await startAttacked({ catalog: CATALOG, env })
  const ratePerS = eventsPerS / EVENTS_A_BATCH
  const count = Math.ceil((ratePerS * (WARM_UP_MS + MEASURE_MS)) / 1_000)
  const requests = batchesOf(SITE, SECRET, count, VISITORS)
  const { port } = service
  const loading = load({ port, requests, connections: 16, ratePerS, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS })
  await delay(WARM_UP_MS)
  const stalls = watchStalls()
  const times = await buyUntil(port, performance.now() + MEASURE_MS - WARM_UP_MS)
  const stalled = stalledPct(await stalls())
  const { statuses, unanswered } = await loading
  await service.close()
  const answered = Object.values(statuses).reduce((sum, one) => sum + one, 0)
  const refused = answered - (statuses['200'] ?? 0)
  process.stderr.write(
    `  ${times.length} purchases; ${refused} of ${answered} batches refused, ${unanswered} unanswered; the machine stood still for ${stalled.toFixed(1)} %\n`,
  )
  return times
}
