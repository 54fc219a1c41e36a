import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { assetOf } from '../network/asset.ts'
import type { SiteAsset } from '../network/site.ts'

/** The names of pages of others: themes of Start Bootstrap (MIT), from npm. */
const realPages = ['creative', 'grayscale', 'new-age'] as const

/** Name of one of them. */
export type RealPageName = (typeof realPages)[number]

const require = createRequire(import.meta.url)

/** The folder of an npm package. */
const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`))

/** The folder of a page, with all files that are the theme's own. */
const themeOf = (name: RealPageName): string => join(folderOf(`startbootstrap-${name}`), 'dist')

/** Scripts of other hosts, with the path at which the site has them, and their file in an npm package. */
const vendors: [address: string, path: string, file: string][] = [
  [
    'https://cdn.jsdelivr.net/npm/bootstrap@5.2.3/dist/js/bootstrap.bundle.min.js',
    '/vendor/bootstrap.js',
    join(folderOf('bootstrap'), 'dist/js/bootstrap.bundle.min.js'),
  ],
  [
    'https://use.fontawesome.com/releases/v6.3.0/js/all.js',
    '/vendor/fontawesome.js',
    join(folderOf('@fortawesome/fontawesome-free'), 'js/all.js'),
  ],
]

function fileAt(path: string): string | undefined {
  const vendor = vendors.find(([, at]) => at === path)
  if (vendor) return vendor[2]
  const name = realPages.find((page) => path.startsWith(`/${page}/`))
  return name && join(themeOf(name), path.slice(name.length + 2))
}

/** Returns a file of the pages, which lie below a folder with the page's name each, or a script that they share. */
export function realAsset(path: string): SiteAsset | undefined {
  const file = fileAt(path)
  return file === undefined ? undefined : assetOf(file)
}

/** Makes the masthead's first heading, text and link slots of the lab's catalog. */
function markSlots(html: string): string {
  const start = html.indexOf('<header class="masthead">')
  if (start < 0) throw new Error('the page has no masthead')
  const slots: [RegExp, string][] = [
    [/<h1 /, 'headline'],
    [/<(p|h2) /, 'teaser'],
    [/<a /, 'call'],
  ]
  const masthead = slots.reduce(
    (text, [tag, slot]) => text.replace(tag, (found) => `${found}data-pp-slot="${slot}" `),
    html.slice(start),
  )
  return html.slice(0, start) + masthead
}

/**
 * Returns a page that needs no other host: scripts come from npm packages; style sheets, fonts and scripts that no package has are gone.
 * @param head goes first into the head.
 */
export function realPage(name: RealPageName, head: string): string {
  const html = markSlots(readFileSync(join(themeOf(name), 'index.html'), 'utf8'))
  const own = vendors.reduce((text, [address, path]) => text.replace(address, path), html)
  return own
    .replace(/<link [^>]*href="https:[^>]*>/g, '')
    .replace(/<script src="https:[^>]*><\/script>/g, '')
    .replace('<head>', () => `<head>${head}<base href="/${name}/">`)
}
