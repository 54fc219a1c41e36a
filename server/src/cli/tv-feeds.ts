import { loadCatalog } from '../catalog/load.ts'
import type { TvFeed } from '../tv/feed.ts'
import { UsageError } from './command.ts'

/**
 * Reads the feeds under `tv` of a catalog file.
 * @throws UsageError for a catalog without any, and CatalogError for one that cannot be read
 */
export async function readTvFeeds(file: string): Promise<TvFeed[]> {
  const { catalog } = await loadCatalog(file)
  const feeds = Object.entries(catalog.tv?.feeds ?? {})
  if (feeds.length === 0) throw new UsageError(`--catalog ${file}: has no feeds under tv`)
  return feeds.map(([name, { zone, xmltv = [], of }]) => ({ name, zone, xmltv, ...(of === undefined ? {} : { of }) }))
}
