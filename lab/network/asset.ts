import { existsSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SiteAsset } from './site.ts'

/** Media types by file extension: no other file is served. */
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

/** Compresses texts, as a brand's CDN would send them. */
export function compressed(content: Buffer, type: string): SiteAsset {
  const headers = { 'cache-control': 'max-age=600' }
  if (!/^text|svg/.test(type)) return { body: content, type, headers }
  return { body: gzipSync(content), type, headers: { ...headers, 'content-encoding': 'gzip' } }
}

/** Kept, because a site shares its only thread with the service: compressing a large script delays decisions. */
const kept = new Map<string, SiteAsset>()

/** Reads a file as an asset, once; undefined without one, or if its kind is not served. */
export function assetOf(file: string): SiteAsset | undefined {
  const type = types[extname(file)]
  if (!type || !existsSync(file)) return undefined
  const asset = kept.get(file) ?? compressed(readFileSync(file), type)
  kept.set(file, asset)
  return asset
}
