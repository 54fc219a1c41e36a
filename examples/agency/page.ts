import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const require = createRequire(import.meta.url)

/** Where an installed package lies. */
export function packageRoot(name: string): string {
  return dirname(require.resolve(`${name}/package.json`))
}

/** What keeps the page from being whole without a network: addresses of others, and what we serve instead. */
const foreign: readonly (readonly [string, string])[] = [
  ['https://use.fontawesome.com/releases/v6.3.0/js/all.js', '/vendor/fontawesome.js'],
  ['https://fonts.googleapis.com/css?family=Montserrat:400,700', '/vendor/fonts.css'],
  ['<link href="https://fonts.googleapis.com/css?family=Roboto+Slab:400,100,300,700" rel="stylesheet" type="text/css" />', ''],
  ['https://cdn.jsdelivr.net/npm/bootstrap@5.2.3/dist/js/bootstrap.bundle.min.js', '/vendor/bootstrap.js'],
  // A form service: there is nobody who could answer for it.
  ['<script src="https://cdn.startbootstrap.com/sb-forms-latest.js"></script>', ''],
]

/** All that a brand does to its markup. The masthead itself is found by its selector. */
const marks: readonly (readonly [string, string])[] = [
  ['<div class="masthead-subheading">', '<div class="masthead-subheading" data-pp-slot="subheading">'],
  ['<div class="masthead-heading text-uppercase">', '<div class="masthead-heading text-uppercase" data-pp-slot="headline">'],
  [
    '<a class="btn btn-primary btn-xl text-uppercase" href="#services">',
    '<a class="btn btn-primary btn-xl text-uppercase" href="#services" data-pp-slot="call">',
  ],
]

function replaceAll(html: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`startbootstrap-agency has changed: expected once in its page: ${from}`)
    return text.replace(from, () => to)
  }, html)
}

/** The agency's page as its makers wrote it, but whole without a network. */
export function brandPage(): string {
  return replaceAll(readFileSync(`${packageRoot('startbootstrap-agency')}/dist/index.html`, 'utf8'), foreign)
}

/** The page with its slots marked and `head` as the first thing in its head. */
export function markedPage(head: string): string {
  return replaceAll(brandPage(), [...marks, ['<head>', `<head>\n        ${head}`]])
}
