import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { SiteAsset } from '../../lab/network/site.ts'
import { packageRoot } from './page.ts'

const types: { [extension: string]: string } = {
  '.css': 'text/css',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** The faces that the page asks Google for, from the same fonts' npm packages. */
const faces = [
  ...[400, 700].map((weight) => ['Montserrat', 'montserrat', weight] as const),
  ...[100, 300, 400, 700].map((weight) => ['Roboto Slab', 'roboto-slab', weight] as const),
]

const fontsCss = faces
  .map(
    ([family, name, weight]) =>
      `@font-face{font-family:'${family}';font-weight:${weight};font-display:swap;` +
      `src:url(/vendor/fonts/${name}/${name}-latin-${weight}-normal.woff2) format('woff2')}`,
  )
  .join('\n')

/** Folders by the beginning of their address. */
const folders: readonly (readonly [string, string])[] = [
  ['/agency/', fileURLToPath(new URL('assets/', import.meta.url))],
  ['/vendor/fontawesome.js', `${packageRoot('@fortawesome/fontawesome-free')}/js/all.js`],
  ['/vendor/bootstrap.js', `${packageRoot('bootstrap')}/dist/js/bootstrap.bundle.min.js`],
  ['/vendor/fonts/montserrat/', `${packageRoot('@fontsource/montserrat')}/files/`],
  ['/vendor/fonts/roboto-slab/', `${packageRoot('@fontsource/roboto-slab')}/files/`],
  ['/', `${packageRoot('startbootstrap-agency')}/dist/`],
]

/** As a brand's CDN would send it. */
function compressed(content: Buffer, type: string): SiteAsset {
  const headers = { 'cache-control': 'max-age=600' }
  if (!/^text|svg/.test(type)) return { body: content, type, headers }
  return { body: gzipSync(content), type, headers: { ...headers, 'content-encoding': 'gzip' } }
}

/** Serves the page's files from the packages they come in. */
export function agencyAsset(path: string): SiteAsset | undefined {
  if (path === '/vendor/fonts.css') return compressed(Buffer.from(fontsCss), 'text/css')
  const [prefix, folder] = folders.find(([start]) => path.startsWith(start)) as readonly [string, string]
  const file = prefix.endsWith('/') ? join(folder, normalize(decodeURIComponent(path.slice(prefix.length)))) : folder
  const type = types[extname(file)]
  if (!type || !file.startsWith(folder) || !existsSync(file)) return undefined
  return compressed(readFileSync(file), type)
}
