import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SiteAsset, SitePage } from '../../network/site.ts'
import { routeHead } from './route-page.ts'

/** The app of `sveltekit/`, built as a brand would build it. SvelteKit uses the elements of a route again for the next one. */
export interface KitApp {
  /** Returns its page, the same for each route below `/sveltekit`. */
  page(tag: string): SitePage
  asset(path: string): SiteAsset | undefined
  remove(): Promise<void>
}

/** Builds it in a process of its own, because SvelteKit takes the app from the working directory. */
export async function buildKitApp(): Promise<KitApp> {
  const out = await mkdtemp(join(tmpdir(), 'prepaint-sveltekit-'))
  const cwd = fileURLToPath(new URL('sveltekit', import.meta.url))
  await promisify(execFile)(process.execPath, ['build.mjs', out], { cwd })
  const fallback = readFileSync(join(out, 'fallback.html'), 'utf8')
  return {
    page: (tag) => ({ chunks: [{ html: fallback.replace('<!--head-->', () => routeHead(tag)) }] }),
    asset(path) {
      const file = path.startsWith('/sveltekit/') ? join(out, path.slice('/sveltekit/'.length)) : ''
      if (extname(file) !== '.js' || !existsSync(file)) return undefined
      return { body: readFileSync(file), type: 'text/javascript' }
    },
    remove: () => rm(out, { recursive: true, force: true }),
  }
}
