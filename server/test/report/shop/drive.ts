import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DecideResponse } from 'prepaint/protocol'
import { createKeys } from '../../../src/identity/key.ts'
import { signLink } from '../../../src/identity/link.ts'
import { type Assigned, buys, signsUp, type Story } from './truth.ts'
import type { Visitor } from './visitors.ts'

const SERVICE = fileURLToPath(new URL('./shop-service.ts', import.meta.url))
const CATALOG = fileURLToPath(new URL('./catalog.yaml', import.meta.url))

const DAY_MS = 86_400_000

/** Parts of a day in which something happens. */
const STEPS = 4

/** Visitors who are busy at the same time. */
const CLIENTS = 16

const SECRET = 'the secret of a made-up shop, which nobody else has'
const SITE = 'shop'

/** Something that happens in a step. */
type Action = () => Promise<void>

/** A shop that has been open for some weeks. */
export interface Shop {
  stories: Story[]
  /** Ends the service. */
  close(): Promise<void>
}

/** Options of a shop. */
export interface ShopOptions {
  visitors: readonly Visitor[]
  dataDirectory: string
  /** The first day, in ms since 1970. */
  beginMs: number
  /** Number of requests after which the service is killed. */
  killAt: number
  onProgress?(share: number): void
}

/** Lets visitors come to a service of its own, over HTTP, at the times of its clock; it is killed once, and started again. */
export async function openShop({ visitors, dataDirectory, beginMs, killAt, onProgress }: ShopOptions): Promise<Shop> {
  const serverKey = createKeys(SECRET).issue({ site: SITE, access: 'server' })
  const schedule = new Map<number, Action[]>()
  const stories: Story[] = []
  let [nowMs, url, requests] = [beginMs, '', 0]
  let wasKilled = false
  /** Visitors who open a link. No decision waits for its record: it is on disk once a later event is, and the service is not killed before. */
  let linking = 0
  let child: ChildProcess
  let isListening: Promise<void> = Promise.resolve()

  function start(): void {
    child = fork(SERVICE, [CATALOG, dataDirectory, SECRET, String(nowMs)], { execArgv: ['--conditions=source'] })
    const started = child
    const ended = once(started, 'exit').then(() => {
      // Killed before it listened, another one is on its way.
      if (started === child) throw new Error('the service has ended')
    })
    const told = once(started, 'message').then(([message]) => void (url = (message as { url: string }).url))
    isListening = Promise.race([told, ended])
    ended.catch(() => undefined)
  }

  async function setClock(toMs: number): Promise<void> {
    nowMs = toMs
    const taken = once(child, 'message')
    child.send(toMs)
    await taken
  }

  /** Sends until it is answered, as the tag and a shop's server do. */
  async function post<Body>(path: string, body: object, key?: string): Promise<Body> {
    const text = JSON.stringify(body)
    const headers = {
      'content-type': key ? 'application/json' : 'text/plain',
      ...(key ? { authorization: `Bearer ${key}` } : { origin: 'https://www.shop.example' }),
    }
    for (;;) {
      await isListening
      if (++requests >= killAt && linking === 0 && !wasKilled) {
        wasKilled = true
        child.kill('SIGKILL')
        start()
      }
      const answer = await fetch(url + path, { method: 'POST', headers, body: text }).catch(() => undefined)
      if (answer?.ok) return (await answer.json()) as Body
      if (answer && answer.status < 500 && answer.status !== 429)
        throw new Error(`${path} ${answer.status}: ${await answer.text()}`)
    }
  }

  function at(days: number, action: Action): void {
    const step = Math.round(days * STEPS)
    schedule.set(step, [...(schedule.get(step) ?? []), action])
  }

  const page = { path: '/', campaign: '', referrer: '' }
  const timeOf = (days: number): string => new Date(beginMs + days * DAY_MS).toISOString()

  async function sendEvents(token: string, batch: readonly object[], isDoubled: boolean): Promise<void> {
    const send = () =>
      post('/v1/batch', { v: 1, site: SITE, consent: 'granted', token, sentAt: new Date(nowMs).toISOString(), batch })
    await send()
    if (isDoubled) await send()
  }

  function decide(given: object): Promise<DecideResponse> {
    return post('/v1/decide', {
      v: 1,
      site: SITE,
      consent: 'granted',
      page,
      session: { views: 1, visits: 1 },
      ...given,
    })
  }

  function assignments(id: string, { slots, catalog }: DecideResponse, timestamp: string): object[] {
    return Object.entries(slots).map(([slot, { experience, variant, tier, operations }]) => ({
      ...{ type: 'track', event: 'pp:assigned', messageId: `${id}-${slot}`, timestamp },
      properties: { slot, experience, variant, tier, outcome: operations?.length ? 'shown' : 'control', catalog },
    }))
  }

  /** The whole visit, planned from the first view on. */
  async function visit(visitor: Visitor): Promise<void> {
    const { index, day, isDoubled, isReversed, purchase, userId } = visitor
    const link = userId === undefined ? {} : { link: signLink({ serverKey, userId, days: 30, now: () => nowMs }) }
    if (userId !== undefined) linking++
    const answer = await decide(link)
    const token = answer.token ?? ''
    const pageView = { type: 'page', messageId: `${index}-page`, timestamp: timeOf(day) }
    if (userId !== undefined) {
      await sendEvents(token, [pageView], isDoubled)
      linking--
    }
    const assigned: Assigned = {
      spring: answer.slots['hero']?.variant ?? '',
      welcome: answer.slots['banner']?.variant ?? '',
    }
    const first = [pageView, ...assignments(`${index}-first`, answer, timeOf(day))]
    const { experience, variant } = answer.slots['hero'] ?? {}
    if (visitor.sees)
      first.push({
        type: 'track',
        event: 'pp:seen',
        messageId: `${index}-seen`,
        timestamp: timeOf(day),
        properties: { slot: 'hero', experience, variant },
      } as never)
    if (isReversed) at(day + 6, () => sendEvents(token, first, isDoubled))
    else await sendEvents(token, first, isDoubled)
    if (visitor.comesAgainAfterDays !== undefined) {
      const again = day + visitor.comesAgainAfterDays
      at(again, async () =>
        sendEvents(token, assignments(`${index}-again`, await decide({ token }), timeOf(again)), isDoubled),
      )
    }
    if (signsUp(visitor, assigned)) {
      const when = day + visitor.signUpAfterDays
      const event = { type: 'track', event: 'Signed Up', messageId: `${index}-sign-up`, timestamp: timeOf(when) }
      at(when, () => sendEvents(token, [event], isDoubled))
    }
    if (buys(visitor, assigned)) {
      const when = day + purchase.afterDays
      const properties = { order_id: `order-${index}`, total: purchase.cents / 100, currency: 'EUR' }
      const order = { type: 'track', event: 'Order Completed', timestamp: timeOf(when), properties }
      const who = userId === undefined ? { anonymousId: token } : { userId }
      at(when, async () => {
        for (let time = 0; time < purchase.times; time++) {
          const message = { ...order, ...who, messageId: `${index}-order-${time}` }
          await post('/v1/track', message, serverKey)
        }
        if (purchase.isInBrowser)
          await sendEvents(token, [{ ...order, messageId: `${index}-order-browser` }], isDoubled)
      })
    }
    if (visitor.isErased) at(LAST_DAY, async () => void (await post('/v1/erase', { site: SITE, token }, serverKey)))
    stories.push({ visitor, assigned })
  }

  const LAST_DAY = Math.max(...visitors.map(({ day }) => day)) + 8
  for (const visitor of visitors) at(visitor.day, () => visit(visitor))
  start()
  for (let step = 0; step <= LAST_DAY * STEPS; step++) {
    await isListening
    await setClock(beginMs + (step * DAY_MS) / STEPS)
    const actions = (schedule.get(step) ?? [])[Symbol.iterator]()
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        for (const action of actions) await action()
      }),
    )
    onProgress?.(step / LAST_DAY / STEPS)
  }
  return {
    stories,
    async close() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
