import type { DecideResponse } from 'prepaint/protocol'
import { startFuzzService } from '../service.ts'
import { bytesOf, promise, type Target } from '../target.ts'

const CATALOG = `site: shop
origins: [https://www.shop.example]
tv:
  feeds:
    itv: { channel: ITV, zone: Europe/London, areas: [c/GB], delays: { ota: 4s } }
    plus: { of: itv, shift: 1h, areas: [c/GB] }
  spots:
    roses-30: { brand: flora, product: roses, ids: [HDCM10648] }
slots: { hero: { live: true } }
audiences:
  saw-roses: { tv.spot.aired: { spot: roses-30, within: 5m } }
experiences:
  - { id: roses, slot: hero, audience: saw-roses, variants: [{ id: roses, do: [{ text: The roses from TV }] }] }
`

const INPUTS_PER_PROBE = 50

/** Answers to what is no body of TV, and to what is. */
const EXPECTED = new Set([202, 400, 401, 413])

const nowMs = Date.now()

const seed = (content: object): Uint8Array => bytesOf(JSON.stringify({ v: 1, site: 'shop', ...content }))

/** No body of TV makes the service fail or stop learning what airs. */
export async function createTvBodyTarget(): Promise<Target> {
  const { service, url, serverKey, close } = await startFuzzService(CATALOG)
  const send = (body: Uint8Array): Promise<Response> =>
    fetch(`${url}/v1/tv`, {
      ...{ method: 'POST', body: Buffer.from(body) },
      headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
    })

  async function probe(): Promise<void> {
    const fromMs = Date.now() - 60_000
    const spots = [{ spot: 'roses-30', fromMs, toMs: fromMs + 30_000 }]
    const range = { fromMs: fromMs - 1, toMs: fromMs + 1 }
    const switches = [{ scope: 'all' }, { scope: 'feed', name: 'itv' }, { scope: 'spot', name: 'roses-30' }]
    const on = switches.map((order) => ({ ...order, isOff: false }))
    const sound = await send(seed({ statements: [{ feed: 'itv', source: 'as-run', range, spots }], switches: on }))
    promise(sound.status === 202, `a sound statement is answered ${sound.status}: ${await sound.text()}`)
    await service.caughtUp()
    const page = { path: '/', campaign: '', referrer: '' }
    const question = JSON.stringify({ v: 1, site: 'shop', consent: 'denied', page })
    const answer = await fetch(`${url}/v1/decide`, { method: 'POST', body: question })
    const { slots } = (await answer.json()) as DecideResponse
    promise(slots['hero']?.variant === 'roses', `an airing is not learnt: ${JSON.stringify(slots)}`)
    const live = await fetch(`${url}/v1/live?site=shop&poll`)
    promise(live.status === 200, `who polls is answered ${live.status}`)
    await live.arrayBuffer()
  }

  let runs = 0
  return {
    name: 'tv-body',
    seeds: [
      seed({
        statements: [
          {
            ...{ feed: 'itv', source: 'schedule', range: { fromMs: nowMs, toMs: nowMs + 86_400_000 } },
            airings: [{ programme: 'p', title: 'P', genres: ['news'], fromMs: nowMs, toMs: nowMs + 3_600_000 }],
            breaks: [{ fromMs: nowMs + 60_000, toMs: nowMs + 180_000 }],
            spots: [{ spot: 'HDCM10648', fromMs: nowMs, toMs: nowMs + 30_000, areas: ['s/GB-ENG'], brand: 'flora' }],
          },
        ],
      }),
      seed({
        statements: [{ feed: 'itv', source: 'cue', spots: [{ spot: 'a', fromMs: 0, toMs: 1, isCancelled: true }] }],
      }),
      seed({ switches: [{ scope: 'spot', name: 'roses-30', isOff: true }] }),
    ],
    words: [
      ...['statements', 'switches', 'feed', 'itv', 'plus', 'source', 'as-run', 'range', 'airings', 'breaks', 'spots'],
      ...['areas', 'c/GB', 'isCancelled', 'scope', 'all', 'isOff', '4102444800000', String(nowMs), 'roses-30'],
    ],
    async run(input) {
      const { status } = await send(input)
      promise(EXPECTED.has(status), `the answer is ${status}`)
      if (++runs % INPUTS_PER_PROBE === 0) await probe()
    },
    async close() {
      await probe()
      await close()
    },
  }
}
