import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { TvFeed } from '../tv/feed.ts'
import { UsageError } from './command.ts'

interface FeedEntry {
  zone?: unknown
  xmltv?: unknown
  of?: unknown
}

function entriesOf(value: unknown): { [name: string]: FeedEntry } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/**
 * Reads the feeds under `tv` of a catalog file. A feed that repeats another has its zone.
 * @throws UsageError
 */
export async function readTvFeeds(file: string): Promise<TvFeed[]> {
  let catalog: { tv?: { feeds?: unknown } }
  try {
    catalog = Object(parse(await readFile(file, 'utf8'))) as typeof catalog
  } catch (error) {
    throw new UsageError(`--catalog ${file}: ${(error as Error).message.split('\n')[0] ?? ''}`)
  }
  const entries = entriesOf(catalog.tv?.feeds)
  const feeds = Object.entries(entries).map(([name, { zone, xmltv, of }]): TvFeed => {
    const ids = Array.isArray(xmltv) ? xmltv.filter((id) => typeof id === 'string') : []
    const own = zone ?? (typeof of === 'string' ? entries[of]?.zone : undefined)
    return { name, zone: String(own), xmltv: ids, ...(typeof of === 'string' ? { of } : {}) }
  })
  if (feeds.length === 0) throw new UsageError(`--catalog ${file}: has no feeds under tv`)
  return feeds
}
