import { compile, createTimeline, decide, type SpotAiring } from 'prepaint/engine'
import { createDecisionOf } from '../../server/src/decide/slot-decision.ts'
import { createRandom } from '../../server/src/loadtest/random.ts'
import type { Measurement } from '../figure.ts'

const SEED = 8
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const FIRST_MS = Date.UTC(2026, 10, 29)
/** As a brand with a campaign may have them. */
const AIRINGS = 24
const VIEWS = 20_000
const MOST_GAP_MS = 60 * MINUTE_MS

const catalog = compile({
  version: '1',
  site: 'bench',
  slots: [{ name: 'hero', live: true }],
  tv: {
    feeds: { itv: { channel: 'ITV', zone: 'Europe/London', areas: ['c/GB'], delaysMs: { ota: 4_000, ott: 35_000 } } },
    spots: { roses: {} },
    placements: [],
  },
  audiences: { saw: { 'tv.spot.aired': { spot: 'roses', within: '5m' } } },
  experiences: [
    {
      ...{ id: 'e', slot: 'hero', audience: 'saw', coverage: 1, seed: 'e' },
      variants: [{ id: 'v', weight: 1, operations: [{ op: 'text', value: 'x' }] }],
    },
  ],
})

/** Views of a day at random instants, each with a next one within the hour, that paint a TV slot from the browser's cache; and that none of these is wrong. */
export const tvCached: Measurement = {
  title: `views within an hour of another that paint a TV slot from the cache, ${AIRINGS} airings a day`,
  families: ['tv.wrongFromCache'],
  measure() {
    const random = createRandom(SEED)
    const spots = Array.from({ length: AIRINGS }, (): SpotAiring => {
      const fromMs = FIRST_MS + Math.floor(random() * DAY_MS)
      return { spot: 'roses', fromMs, toMs: fromMs + 30_000 }
    })
    const tv = createTimeline()
    tv.state({ feed: 'itv', source: 'schedule', spots }, 1)
    const decisionOf = createDecisionOf()
    const at = (nowMs: number) => {
      const context = {
        page: { path: '/', campaign: '', referrer: '', device: 'mobile', language: 'en' },
        geo: { country: 'GB' },
        tv,
        nowMs,
      } as const
      const [outcome] = decide(catalog, context)
      if (!outcome) throw new Error('no slot was decided')
      return decisionOf(outcome, { context: {}, tier: 'live', cacheMs: DAY_MS }, nowMs)
    }
    let cached = 0
    let wrong = 0
    for (let view = 0; view < VIEWS; view++) {
      const nowMs = FIRST_MS + Math.floor(random() * DAY_MS)
      const gapMs = Math.floor(random() * MOST_GAP_MS)
      const decision = at(nowMs)
      if (gapMs >= (decision.ttlMs ?? DAY_MS)) continue
      cached++
      if (at(nowMs + gapMs).reason !== decision.reason) wrong++
    }
    process.stderr.write(`  ${((cached * 100) / VIEWS).toFixed(1)} % of the views are painted from the cache\n`)
    return Promise.resolve([{ name: 'tv.wrongFromCache', value: (wrong * 100) / VIEWS, unit: '%', limit: 0 }])
  },
}
