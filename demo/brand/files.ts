import { join, normalize } from 'node:path'
import { assetOf } from '../../lab/network/asset.ts'
import type { SiteAsset } from '../../lab/network/site.ts'

/**
 * Serves files.
 * @param places a file, or a folder with a slash at its end, by the beginning of its address; the first that fits counts.
 */
export function serveFiles(
  places: readonly (readonly [prefix: string, place: string])[],
): (path: string) => SiteAsset | undefined {
  function serve(path: string): SiteAsset | undefined {
    const [prefix, place] = places.find(([start]) => path.startsWith(start)) ?? []
    if (prefix === undefined || place === undefined) return undefined
    const file = prefix.endsWith('/') ? join(place, normalize(decodeURIComponent(path.slice(prefix.length)))) : place
    return file.startsWith(place) ? assetOf(file) : undefined
  }

  // Before the first visitor comes.
  for (const [prefix] of places) if (!prefix.endsWith('/')) serve(prefix)
  return serve
}
