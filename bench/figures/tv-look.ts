import { quantile } from '../../lab/statistics.ts'
import { createRandom } from '../../server/src/loadtest/random.ts'
import { compile, decide, type Timeline } from '../../src/engine/index.ts'
import type { Measurement } from '../figure.ts'
import { AIRINGS, DAY_MS, FEEDS, feeds, FIRST_MS, REGIONS, SEED, timelineOfADay } from '../tv/day.ts'

const LOOKS = 200_000

/** One experience for who has seen a brand's spot within five minutes, or for everybody. */
function catalogOf(isOnTv: boolean): ReturnType<typeof compile> {
  return compile({
    version: '1',
    site: 'bench',
    slots: [{ name: 'hero' }],
    tv: {
      feeds,
      spots: {},
      placements: [],
    },
    audiences: {
      saw: isOnTv ? { 'tv.spot.aired': { brand: 'brand-7', within: '5m' } } : { 'page.path': '/nowhere' },
    },
    experiences: [
      {
        ...{ id: 'e', slot: 'hero', audience: 'saw', coverage: 1, seed: 'e' },
        variants: [{ id: 'v', weight: 1, operations: [{ op: 'text', value: 'x' }] }],
      },
    ],
  })
}

/** Mean time of a decision of one slot, in µs, over the instants of a day and all regions; the median of seven rounds. */
function meanUs(isOnTv: boolean, tv: Timeline): number {
  const catalog = catalogOf(isOnTv)
  const page = { path: '/', campaign: '', referrer: '', device: 'mobile', language: 'en' } as const
  const places = Array.from({ length: REGIONS }, (_none, region) => ({ country: 'US', region: String(region) }))
  let matches = 0
  const rounds = Array.from({ length: 7 }, () => {
    const startMs = performance.now()
    for (let index = 0; index < LOOKS; index++) {
      const nowMs = FIRST_MS + ((index * 7_919) % DAY_MS)
      const [outcome] = decide(catalog, { page, geo: places[index % REGIONS] ?? {}, tv, nowMs })
      if (outcome?.reason === 'match') matches++
    }
    return ((performance.now() - startMs) * 1_000) / LOOKS
  })
  if (matches > 0 !== isOnTv) throw new Error(`${matches} decisions matched`)
  return quantile(rounds, 0.5)
}

/** Cost of a condition on TV, beside one on the page, over a day of airings. */
export const tvLook: Measurement = {
  title: `conditions on TV, ${AIRINGS.toLocaleString('en')} airings of a day on ${FEEDS} feeds`,
  families: ['tv.lookUs'],
  measure() {
    const random = createRandom(SEED)
    const startMs = performance.now()
    const timeline = timelineOfADay(random)
    process.stderr.write(`  built in ${Math.round(performance.now() - startMs)} ms\n`)
    const value = meanUs(true, timeline) - meanUs(false, timeline)
    return Promise.resolve([{ name: 'tv.lookUs', value, unit: 'µs', limit: 1 }])
  },
}
