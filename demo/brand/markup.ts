import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const require = createRequire(import.meta.url)

/** A piece of markup, what takes its place, and how often it is there: once, unless a number says otherwise. */
export type Replacement = readonly [from: string, to: string, count?: number]

/** Returns the folder of an installed package. */
export function packageRoot(name: string): string {
  return dirname(require.resolve(`${name}/package.json`))
}

/** The page that a package of Start Bootstrap holds. */
export function templatePage(name: string): string {
  return readFileSync(`${packageRoot(name)}/dist/index.html`, 'utf8')
}

/** Replaces every piece, and refuses a page that has changed since. */
export function replaceAll(html: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((text, [from, to, count = 1]) => {
    const found = text.split(from).length - 1
    if (found !== count)
      throw new Error(`the page has changed: expected ${count} times and found ${found} times: ${from}`)
    return text.replaceAll(from, () => to)
  }, html)
}

/** Puts something first into the head. */
export function withHead(html: string, head: string): string {
  return replaceAll(html, [['<head>', `<head>\n        ${head}`]])
}
