import { compile, createTimeline, decide, type DecideContext, type Feed } from 'prepaint/engine'
import type { SlotDecision } from 'prepaint/protocol'
import { SHOP_SPOTS } from '../../lab/tv/advertisers.ts'
import { type Channel, DAY, DAY_SEED, readDay, statementsOf } from '../../lab/tv/day.ts'
import { createDecisionOf } from '../../server/src/decide/slot-decision.ts'
import { createRandom } from '../../server/src/loadtest/random.ts'
import type { Measurement } from '../figure.ts'

const SEED = 8
const VIEWS = 20_000
const MOST_GAP_MS = 3_600_000

/** Age at which a decision without changes is over, in ms. */
const CACHE_MS = 86_400_000

const feedOf = ({ name }: Channel): Feed => ({
  ...{ channel: name, zone: 'Europe/London', areas: ['c/GB'], delaysMs: { ota: 4_000, ott: 35_000 } },
})

/** A slot with each of the shop's commercials for five minutes. */
function catalogOf(channels: readonly Channel[]): ReturnType<typeof compile> {
  const names = SHOP_SPOTS.map(({ spot }) => spot)
  return compile({
    version: '1',
    site: 'bench',
    slots: [{ name: 'spotlight', live: true }],
    tv: {
      feeds: Object.fromEntries(channels.map((channel) => [channel.feed, feedOf(channel)])),
      spots: Object.fromEntries(names.map((name) => [name, {}])),
      placements: [],
    },
    audiences: Object.fromEntries(names.map((spot) => [spot, { 'tv.spot.aired': { spot, within: '5m' } }])),
    experiences: names.map((name) => ({
      ...{ id: name, slot: 'spotlight', audience: name, coverage: 1, seed: name },
      variants: [{ id: name, weight: 1, operations: [{ op: 'text', value: name }] }],
    })),
  })
}

/** Decides the slot at instants of the day. */
async function deciderOfTheDay(): Promise<(nowMs: number) => SlotDecision> {
  const channels = await readDay(DAY_SEED)
  const catalog = catalogOf(channels)
  const tv = createTimeline()
  for (const statement of statementsOf(channels)) tv.state(statement, 1)
  const decisionOf = createDecisionOf()
  const page = { path: '/', campaign: '', referrer: '', device: 'mobile', language: 'en' } as const
  return (nowMs) => {
    const context: DecideContext = { page, geo: { country: 'GB' }, tv, nowMs }
    const [outcome] = decide(catalog, context)
    if (!outcome) throw new Error('no slot was decided')
    return decisionOf(outcome, { context: {}, tier: 'live', cacheMs: CACHE_MS }, nowMs)
  }
}

const sightOf = ({ reason, variant }: SlotDecision): string => `${reason} ${variant}`

/**
 * Views at random instants of a day with a real schedule and commercials by real orders, each with a next one within the hour, that paint a TV slot
 * from the browser's cache; and that none of these is wrong.
 */
export const tvCached: Measurement = {
  title: 'views within an hour of another that paint a TV slot from the cache, over a day of British television',
  families: ['tv.wrongFromCache'],
  async measure() {
    const random = createRandom(SEED)
    const decisionAt = await deciderOfTheDay()
    let cached = 0
    let wrong = 0
    for (let view = 0; view < VIEWS; view++) {
      const nowMs = DAY.fromMs + Math.floor(random() * (DAY.toMs - DAY.fromMs))
      const gapMs = Math.floor(random() * MOST_GAP_MS)
      const decision = decisionAt(nowMs)
      if (gapMs >= (decision.ttlMs ?? CACHE_MS)) continue
      cached++
      if (sightOf(decisionAt(nowMs + gapMs)) !== sightOf(decision)) wrong++
    }
    process.stderr.write(`  ${((cached * 100) / VIEWS).toFixed(1)} % of the views are painted from the cache\n`)
    return [{ name: 'tv.wrongFromCache', value: (wrong * 100) / VIEWS, unit: '%', limit: 0 }]
  },
}
