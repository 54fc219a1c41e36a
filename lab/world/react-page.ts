import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import type { SitePage } from '../network/site.ts'
import { brandPage, probes } from './brand-page.ts'

/** `react-app.mjs` with React itself, for production. */
async function bundle(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('react-app.mjs', import.meta.url)), name: 'app', formats: ['iife'] },
    },
  })) as Rolldown.RolldownOutput[]
  const [chunk] = built[0]?.output ?? []
  if (!chunk) throw new Error('Vite has built nothing of react-app.mjs')
  return chunk.code
}

/** The lab's page with its headline in the hands of React, once `hydrate()` is called. */
export async function reactPage(head: string): Promise<SitePage> {
  const original = probes[0]?.original ?? ''
  const app = `<script>window.originalHeadline = ${JSON.stringify(original)};${await bundle()}</script>`
  const html = brandPage(head)
    .chunks.map((chunk) => chunk.html)
    .join('')
  return {
    chunks: [
      {
        html: html
          .replace(/<h1.*?<\/h1>/s, (slot) => `<div id="root">${slot}</div>`)
          .replace('</body>', () => `${app}</body>`),
      },
    ],
  }
}
