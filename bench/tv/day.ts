import { createTimeline, type Feed, type SpotAiring, type Timeline } from '../../src/engine/index.ts'

/** Seed of the airings. */
export const SEED = 16
/** Airings of the day. */
export const AIRINGS = 375_000
/** Feeds on which they are. */
export const FEEDS = 171
const BRANDS = 1_453
/** Regions in which the feeds can be got. */
export const REGIONS = 50
/** A day, in ms. */
export const DAY_MS = 86_400_000
/** Beginning of the day, in ms since 1970. */
export const FIRST_MS = Date.UTC(2026, 10, 29)
const PIECE = 500

/** As many airings in a day as the Political TV Ad Archive had in a campaign, on as many stations and for as many advertisers as the FCC's orders name. */
export function timelineOfADay(random: () => number): Timeline {
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

/** All feeds, by name. */
export const feeds: { [name: string]: Feed } = Object.fromEntries(
  Array.from({ length: FEEDS }, (_none, index) => [`feed-${index}`, feedOf(index)]),
)
