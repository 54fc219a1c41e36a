import { readdirSync, readFileSync } from 'node:fs'

/** Build of the tag on trial: `debug` can be read in a profiler, `minified` is what brands get. */
export type Build = 'debug' | 'minified'

/** The build that `PREPAINT_BUILD` names; the minified one if it names none. */
export function buildOnTrial(): Build {
  return process.env['PREPAINT_BUILD'] === 'debug' ? 'debug' : 'minified'
}

function folderOf(build: Build): URL {
  return new URL(build === 'debug' ? '../../dist/debug/' : '../../dist/', import.meta.url)
}

/** One of the built scripts. */
export function readBuilt(name: string, build = buildOnTrial()): string {
  return readFileSync(new URL(name, folderOf(build)), 'utf8')
}

/** Returns the path at which the tag on trial asks for one of its chunks. */
export function chunkPath(chunk: 'late' | 'api' | 'tv' | 'vitals', build = buildOnTrial()): string {
  const isIt = (name: string): boolean => name.startsWith(`prepaint-${chunk}.`) && /\.\w{43}\.js$/.test(name)
  const name = readdirSync(folderOf(build)).find(isIt)
  if (name === undefined) throw new Error(`dist has no ${chunk} chunk: run \`npm run build\``)
  return `/pp/${name}`
}

function written(attributes: { [name: string]: string }): string {
  const all = Object.entries(attributes).map(([name, value]) => ` ${name}="${value.replaceAll('"', '&quot;')}"`)
  return all.join('')
}

/** The tag with its runtime inline, as `prepaint-server snippet --mode inline` prints it. */
export function inlineTag(attributes: { [name: string]: string }): string {
  return `<script${written(attributes)}>${readBuilt('prepaint.js')}</script>`
}

/** The tag as a script of the service, so that a trace or profile can tell it from others; the service has the minified build. */
export function tagByAddress(attributes: { [name: string]: string }): string {
  return `<script src="/pp/prepaint.js"${written(attributes)}></script>`
}
