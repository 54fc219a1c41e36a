import { fileURLToPath } from 'node:url'
import type { DecideResponse } from 'prepaint/protocol'
import { reportPage, untilCounting } from '../../lab/world/report.ts'
import { serverKeyOf } from '../../lab/world/server-key.ts'
import { startService } from '../../lab/world/service.ts'
import { buys, madeUpShoppers, type Shopper } from './shoppers.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SITE = 'shop'
const SECRET = 'a secret of a shop whose past is made up'
const DAYS = 28
const SEED = 17

/** Shoppers who are busy at the same time. */
const CLIENTS = 24

/** Limits for shoppers who all come from one network, within seconds. */
const limits = { visitorPerMinute: 1e6, networkPerMinute: 1e9, sitePerMinute: 1e9 }

/** A history to be played. */
export interface History {
  shoppers: number
  /** Its end, in ms since 1970. */
  endMs: number
}

/**
 * Lets made-up shoppers come to a service of their own, over HTTP and by a clock of its own, and returns the page of its report. What their pages
 * would tell is sent once a day, with the key of the shop's server.
 */
export async function playHistory({ shoppers: count, endMs }: History): Promise<string> {
  const beginMs = endMs - (DAYS + 3) * DAY_MS
  let clockMs = beginMs
  const catalog = fileURLToPath(new URL('catalog.yaml', import.meta.url))
  const running = await startService(catalog, { now: () => clockMs, settings: { ...limits, secret: SECRET } })
  const serverKey = { authorization: `Bearer ${serverKeyOf(SECRET, SITE)}`, 'content-type': 'application/json' }
  let messages = 0

  async function post<Body>(path: string, body: object, headers: { [name: string]: string }): Promise<Body> {
    const url = `http://127.0.0.1:${running.port}${path}`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path} ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Body
  }

  /** Asks for a shopper's decisions, and returns the events that follow. */
  async function visit(shopper: Shopper): Promise<object[]> {
    const page = { path: '/', campaign: shopper.campaign, referrer: '' }
    const asked = { v: 1, site: SITE, consent: 'granted', page, session: { views: 1, visits: 1 } }
    const headers = { 'content-type': 'text/plain', origin: 'http://localhost', 'user-agent': shopper.userAgent }
    const { token, slots, catalog: version } = await post<DecideResponse>('/v1/decide', asked, headers)
    const track = (event: string, properties: object, afterMs = 0): object => ({
      ...{ type: 'track', event, messageId: `m${++messages}`, anonymousId: token },
      ...{ timestamp: new Date(clockMs + afterMs).toISOString(), properties },
    })
    const events = Object.entries(slots).flatMap(([slot, { experience, variant, tier, operations }]) => {
      const isLate = variant === 'film' && shopper.isSlow
      const outcome = !operations?.length ? 'control' : isLate ? 'late' : 'shown'
      const assigned = track('pp:assigned', { slot, experience, variant, tier, outcome, catalog: version })
      return shopper.scrolls ? [assigned, track('pp:seen', { slot, experience, variant }, 2_000)] : [assigned]
    })
    const variants = Object.values(slots).map(({ variant }) => variant ?? '')
    if (shopper.signsUp) events.push(track('Signed Up', {}, HOUR_MS))
    if (buys(shopper, variants)) {
      const order = { order_id: `o${messages}`, total: shopper.total, currency: 'EUR' }
      events.push(track('Order Completed', order, 2 * HOUR_MS))
    }
    return events
  }

  try {
    await untilCounting(running.dataDirectory, SITE)
    const byDay = Map.groupBy(madeUpShoppers(count, DAYS, SEED), ({ day }) => day)
    for (let day = 0; day < DAYS; day++) {
      clockMs = beginMs + day * DAY_MS + HOUR_MS
      const shoppers = (byDay.get(day) ?? [])[Symbol.iterator]()
      const batch: object[] = []
      const client = async (): Promise<void> => {
        for (const shopper of shoppers) batch.push(...(await visit(shopper)))
      }
      await Promise.all(Array.from({ length: CLIENTS }, client))
      clockMs += 3 * HOUR_MS
      if (batch.length > 0) await post('/v1/batch', { batch }, serverKey)
    }
    clockMs = endMs
    // All is counted, and written, when it has ended.
    await running.service.close()
    const note = `Made-up history: these ${count.toLocaleString('en')} visitors never were. Your own report is prepaint-server report.`
    return await reportPage(running.dataDirectory, { site: SITE, atMs: endMs, note })
  } finally {
    await running.close()
  }
}
