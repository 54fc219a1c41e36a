import type { TvFeed } from '../../src/tv/feed.ts'

/** Feeds of the tests of airing data. */
export const tvFeeds: TvFeed[] = [
  { name: 'one', zone: 'Europe/London', xmltv: ['one.uk', 'one.hd'] },
  { name: 'zwei', zone: 'Europe/Berlin', xmltv: ['zwei.de'] },
  { name: 'plus', zone: 'Europe/London', xmltv: ['plus.uk'], of: 'one' },
]
