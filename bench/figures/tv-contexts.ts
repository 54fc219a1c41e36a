import { setTimeout as delay } from 'node:timers/promises'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { createSite, type SitePage } from '../../lab/network/site.ts'
import { quantile } from '../../lab/statistics.ts'
import { chunkPath, inlineTag, readBuilt } from '../../lab/world/tag.ts'
import type { Measurement } from '../figure.ts'
import { startTvService } from '../tv/site.ts'

const CONTEXTS = 20
const ROUNDS = 3

/** Age of the airing, in ms: homes have had it for a second. */
const AGE_MS = 5_000

/** Time that the first messages of the streams have, in ms. */
const SETTLE_MS = 500

const ORIGINAL = 'Flowers of the season'

/** Nobody has agreed to anything: the stream itself brings what is shown. */
const page: SitePage = {
  chunks: [
    {
      html: `<!doctype html><html lang="en"><head><meta charset="utf-8">${inlineTag({ 'data-site': 'flora', 'data-consent': 'denied' })}<title>Flora</title></head>
        <body><h1 data-pp-slot="hero">${ORIGINAL}</h1></body></html>`,
    },
  ],
}

/** Resolves in the page with the instant at which the slot has another text, in ms since 1970 by the page's running time. */
const changed = `new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('h1').innerText !== ${JSON.stringify(ORIGINAL)}) resolve(performance.timeOrigin + performance.now())
  }
  new MutationObserver(look).observe(document.querySelector('h1'), { childList: true, characterData: true, subtree: true })
  look()
})`

const chunks = [chunkPath('late'), chunkPath('tv')]

/** Returns the time until the last context has changed, in ms. */
async function round(browser: ChromiumBrowser): Promise<number> {
  const service = await startTvService()
  const site = await createSite({
    pages: { '/': page },
    servicePort: service.port,
    asset: (path) =>
      chunks.includes(path) ? { body: readBuilt(path.slice('/pp/'.length)), type: 'text/javascript' } : undefined,
  })
  const pages: ChromiumPage[] = []
  for (let count = 0; count < CONTEXTS; count++) {
    const one = await browser.open()
    await one.goto(`${site.origin}/`, { until: 'load' })
    pages.push(one)
  }
  while (site.requests.of('/pp/v1/live').length < CONTEXTS) await delay(10)
  await delay(SETTLE_MS)
  const changes = pages.map((one) => one.evaluate<number>(changed))
  const startMs = Date.now()
  await service.airing(startMs - AGE_MS)
  const lastMs = Math.max(...(await Promise.all(changes))) - startMs
  for (const one of pages) await one.close()
  await site.close()
  await service.close()
  return lastMs
}

/** Time from the sending of an airing that nobody had planned until all of some visitors' pages have changed. */
export const tvContexts: Measurement = {
  title: `an unplanned airing shown by the pages of ${CONTEXTS} browser contexts, service and browser on one machine`,
  families: ['tv.contextsMs'],
  async measure() {
    const browser = await launchChromium()
    const rounds: number[] = []
    for (let count = 0; count < ROUNDS; count++) rounds.push(await round(browser))
    await browser.close()
    process.stderr.write(`  rounds: ${rounds.map((ms) => ms.toFixed(0)).join(', ')} ms\n`)
    return [{ name: 'tv.contextsMs', value: quantile(rounds, 0.5), unit: 'ms', limit: 500 }]
  },
}
