import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SiteAsset } from '../../lab/network/site.ts'

const types: { [extension: string]: string } = {
  '.css': 'text/css',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** As a brand's CDN would send it. */
export function compressed(content: Buffer, type: string): SiteAsset {
  const headers = { 'cache-control': 'max-age=600' }
  if (!/^text|svg/.test(type)) return { body: content, type, headers }
  return { body: gzipSync(content), type, headers: { ...headers, 'content-encoding': 'gzip' } }
}

/**
 * Serves files.
 * @param places a file, or a folder with a slash at its end, by the beginning of its address; the first that fits counts.
 */
export function serveFiles(
  places: readonly (readonly [prefix: string, place: string])[],
): (path: string) => SiteAsset | undefined {
  // Kept, because the site shares its only thread with the service: compressing a large script delays decisions.
  const kept = new Map<string, SiteAsset>()

  function serve(path: string): SiteAsset | undefined {
    const [prefix, place] = places.find(([start]) => path.startsWith(start)) ?? []
    if (prefix === undefined || place === undefined) return undefined
    const file = prefix.endsWith('/') ? join(place, normalize(decodeURIComponent(path.slice(prefix.length)))) : place
    const type = types[extname(file)]
    if (!type || !file.startsWith(place) || !existsSync(file)) return undefined
    const asset = kept.get(file) ?? compressed(readFileSync(file), type)
    kept.set(file, asset)
    return asset
  }

  // Before the first visitor comes.
  for (const [prefix] of places) if (!prefix.endsWith('/')) serve(prefix)
  return serve
}
