import { quantile } from '../../lab/statistics.ts'
import { createRandom } from '../../server/src/loadtest/random.ts'
import { compile, createTimeline, decide, type Feed, type SpotAiring, type Timeline } from '../../src/engine/index.ts'
import type { Measurement } from '../figure.ts'

const SEED = 16
const AIRINGS = 375_000
const FEEDS = 171
const BRANDS = 1_453
const REGIONS = 50
const DAY_MS = 86_400_000
const FIRST_MS = Date.UTC(2026, 10, 29)
const PIECE = 500
const LOOKS = 200_000

/** As many airings in a day as the Political TV Ad Archive had in a campaign, on as many stations and for as many advertisers as the FCC's orders name. */
function timelineOfADay(random: () => number): Timeline {
  const timeline = createTimeline()
  for (let done = 0; done < AIRINGS; done += PIECE) {
    const spots = Array.from({ length: PIECE }, (): SpotAiring => {
      const fromMs = FIRST_MS + Math.floor(random() * DAY_MS)
      const brand = Math.floor(random() * BRANDS)
      return {
        spot: `spot-${brand}-${Math.floor(random() * 5)}`,
        brand: `brand-${brand}`,
        fromMs,
        toMs: fromMs + 30_000,
      }
    })
    timeline.state({ feed: `feed-${Math.floor(random() * FEEDS)}`, source: 'schedule', spots }, done + 1)
  }
  return timeline
}

const feedOf = (index: number): Feed => ({
  channel: `channel-${index}`,
  zone: 'America/New_York',
  areas: [`s/US-${index % REGIONS}`],
  delaysMs: { ota: 4_000, ott: 35_000 },
})

/** One experience for who has seen a brand's spot within five minutes, or for everybody. */
function catalogOf(isOnTv: boolean): ReturnType<typeof compile> {
  return compile({
    version: '1',
    site: 'bench',
    slots: [{ name: 'hero' }],
    tv: {
      feeds: Object.fromEntries(Array.from({ length: FEEDS }, (_none, index) => [`feed-${index}`, feedOf(index)])),
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
