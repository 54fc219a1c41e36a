import { readFileSync } from 'node:fs'

/** Build of the tag on trial: `debug` can be read in a profiler, `minified` is what brands get. */
export type Build = 'debug' | 'minified'

/** The build that `PREPAINT_BUILD` names; the minified one if it names none. */
export function buildOnTrial(): Build {
  return process.env['PREPAINT_BUILD'] === 'debug' ? 'debug' : 'minified'
}

/** One of the built scripts. */
export function readBuilt(name: string, build = buildOnTrial()): string {
  return readFileSync(new URL(`../../dist/${build === 'debug' ? 'debug/' : ''}${name}`, import.meta.url), 'utf8')
}

/** The tag with its runtime inline, as `prepaint-server snippet --mode inline` prints it. */
export function inlineTag(attributes: { [name: string]: string }): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value.replaceAll('"', '&quot;')}"`)
  return `<script${written.join('')}>${readBuilt('prepaint.js')}</script>`
}
