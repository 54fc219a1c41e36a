import { fileURLToPath } from 'node:url'
import type { SitePage } from '../../network/site.ts'
import { samplerScript } from '../../sampler/sampler.ts'
import { bundleModule } from '../apps/app-page.ts'

/** The apps of this folder, one file each: single-page apps with the same routes. */
export const routers = ['history', 'react-router', 'vue-router'] as const
export type Router = (typeof routers)[number]

/** The slots of the apps; the promo stands in all routes and is never rendered anew. */
export const routeProbes = [
  { slot: 'promo', selector: '.promo', kind: 'text', original: 'Original promo' },
  { slot: 'headline', selector: '.headline', kind: 'text', original: 'Original headline of the second' },
  { slot: 'teaser', selector: '.teaser', kind: 'text', original: 'Original teaser' },
] as const

/** Returns what an app's head begins with: the script that watches it, and the tag. */
export function routeHead(tag: string): string {
  return `<script>${watchScript()}</script>${tag}`
}

/** Returns the script that watches an app: the sampler, and a list of what fails or is told the console (`window.failures`). */
export function watchScript(): string {
  return `${samplerScript([...routeProbes])}
    window.failures = []
    addEventListener('error', ({ message }) => failures.push(message))
    addEventListener('unhandledrejection', ({ reason }) => failures.push(String(reason)))
    for (const level of ['error', 'warn']) {
      const tell = console[level]
      console[level] = (...all) => (failures.push(all.map(String).join(' ').slice(0, 300)), tell(...all))
    }`
}

/** Returns the app's page, the same for each of its routes; its base is the app's name. */
export async function routePage(router: Router, tag: string): Promise<SitePage> {
  const script = await bundleModule(fileURLToPath(new URL(`${router}.mjs`, import.meta.url)), 'production')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">${routeHead(tag)}
    <title>App</title></head><body><div id="root"></div><script>${script};page.mount(document.querySelector('#root'), '/${router}')</script></body></html>`
  return { chunks: [{ html }] }
}
