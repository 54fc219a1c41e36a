import { quantile } from '../../lab/statistics.ts'
import { tvPlanOf } from '../../server/src/decide/tv-plan.ts'
import { createRandom } from '../../server/src/loadtest/random.ts'
import { compile, decide, type DecideContext, type Timeline } from '../../src/engine/index.ts'
import type { Measurement } from '../figure.ts'
import { AIRINGS, DAY_MS, feeds, FIRST_MS, REGIONS, SEED, timelineOfADay } from '../tv/day.ts'

const DECISIONS = 50_000

/** One slot for who has seen a brand's spot, which is told ahead; or for everybody. */
function catalogOf(isOnTv: boolean): ReturnType<typeof compile> {
  return compile({
    version: '1',
    site: 'bench',
    slots: [{ name: 'hero', ...(isOnTv ? { live: true } : {}) }],
    ...(isOnTv ? { tv: { feeds, spots: {}, placements: [] } } : {}),
    audiences: { saw: isOnTv ? { 'tv.spot.aired': { brand: 'brand-7', within: '5m' } } : { 'page.path': '/nowhere' } },
    experiences: [
      {
        ...{ id: 'e', slot: 'hero', audience: 'saw', coverage: 1, seed: 'e' },
        variants: [{ id: 'v', weight: 1, operations: [{ op: 'text', value: 'x' }] }],
      },
    ],
  })
}

/** 99th percentile of a decision with its plan as text, in ms. */
function p99Ms(isOnTv: boolean, tv: Timeline): number {
  const catalog = catalogOf(isOnTv)
  const page = { path: '/', campaign: '', referrer: '', device: 'mobile', language: 'en' } as const
  const times: number[] = []
  for (let index = 0; index < DECISIONS * 2; index++) {
    const nowMs = FIRST_MS + ((index * 7_919) % DAY_MS)
    const context: DecideContext = { page, geo: { country: 'US', region: String(index % REGIONS) }, tv, nowMs }
    const startMs = performance.now()
    const outcomes = decide(catalog, context)
    const plan = tvPlanOf(catalog, context, outcomes)
    const text = JSON.stringify([outcomes[0]?.reason, plan])
    // The first half makes code warm.
    if (index >= DECISIONS) times.push(performance.now() - startMs)
    if ((plan !== undefined) !== isOnTv) throw new Error(`an answer is not what was asked for: ${text}`)
  }
  return quantile(times, 0.99)
}

/** Time that TV adds to a decision: the condition and the changes of the next 15 minutes. */
export const tvDecide: Measurement = {
  title: `decisions with a plan of what is on TV, ${AIRINGS.toLocaleString('en')} airings of a day`,
  families: ['tv.decideP99AddedMs'],
  measure() {
    const timeline = timelineOfADay(createRandom(SEED))
    const value = p99Ms(true, timeline) - p99Ms(false, timeline)
    return Promise.resolve([{ name: 'tv.decideP99AddedMs', value, unit: 'ms', limit: 0.1 }])
  },
}
