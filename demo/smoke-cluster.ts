// `npm run demo -- --smoke --cluster`: a returning visitor reloads while one of three Cassandra nodes is killed. Exit code 0 when
// the service has answered every view, and after the kill from the cluster again.
import { setTimeout as delay } from 'node:timers/promises'
import { launchChromium } from '../lab/browser/chromium.ts'
import { agency } from './agency/agency.ts'
import { startBrand } from './brand/start.ts'
import { startDemoCluster } from './cluster.ts'

/** Views before the kill, and after it. */
const VIEWS = 8

/** Between two views, in ms: a copy of the profile in the service's memory is fresh for 2 s. */
const PAUSE_MS = 2_200

/** Requests the decisions for a visitor of this page, apart from the tag. */
const ask = `fetch('/pp/v1/decide', { method: 'POST', body: JSON.stringify({
  v: 1, site: '${agency.site}', consent: 'granted', token: /pp_id=([^;]*)/.exec(document.cookie)[1],
  page: { path: '/', campaign: '', referrer: '' },
}) }).then((response) => response.json()).then(({ slots }) => Object.values(slots)[0].tier)`

const cluster = await startDemoCluster([agency.site])
const closers: (() => Promise<unknown>)[] = [cluster.close]
const tiers: string[] = []
try {
  const running = await startBrand(agency, { store: cluster.storeOf(agency.site) })
  closers.push(running.close)
  const browser = await launchChromium()
  closers.push(() => browser.close())
  const page = await browser.open()
  await page.goto(`${running.site.origin}/`, { until: 'load' })
  await page.playwright.waitForFunction(`/pp_id=/.test(document.cookie)`)
  await page.evaluate(`void window.pp.track('Looked')`)
  await page.evaluate(`window.pp.flush()`)
  await running.service.caughtUp()
  for (let view = 0; view < 2 * VIEWS; view++) {
    if (view === VIEWS) {
      console.log(`kill -9 ${cluster.nodes[0]?.pid}: ${cluster.nodes[0]?.address}`)
      await cluster.nodes[0]?.end('SIGKILL')
    } else await delay(PAUSE_MS)
    await page.goto(`${running.site.origin}/`, { until: 'load' })
    const tier = await page.evaluate<string>(ask)
    tiers.push(tier)
    console.log(`view ${view + 1}: ${tier}`)
  }
} finally {
  for (const close of closers.reverse()) await close()
}
const known = tiers.filter((tier) => tier !== 'contextual' && tier !== 'default').length
const isBack = tiers.slice(VIEWS).includes('live')
console.log(
  `${known} of ${tiers.length} views were decided from the visitor's profile; ${isBack ? 'live again' : 'never live'} after the kill`,
)
process.exitCode = isBack && !tiers.includes('default') ? 0 : 1
