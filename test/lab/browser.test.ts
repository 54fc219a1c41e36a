import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { createCertificate } from '../../lab/network/certificate.ts'
import { createSite, type Site } from '../../lab/network/site.ts'
import { browserNames } from '../../scripts/browsers.mjs'

let site: Site
let browsers: Browser[]

beforeAll(async () => {
  const tls = await createCertificate()
  const pages = {
    '/': { chunks: [{ html: '<!doctype html><title>Home</title><script src="/app.js"></script>' }] },
    '/hanging': { chunks: [{ html: `<!doctype html><title>Half</title><script src="/never.js"></script>` }] },
  }
  const asset = (path: string) => {
    if (path === '/never.js') return { body: '', type: 'text/javascript', delayMs: Infinity }
    if (path !== '/app.js') return undefined
    return { body: 'window.app = 1', type: 'text/javascript', headers: { 'cache-control': 'max-age=600' } }
  }
  site = await createSite({ pages, asset, tls })
  browsers = await openBrowsers({ ignoreCertificateErrors: tls.spkiHash })
})

afterAll(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()))
  await site?.close()
})

async function withPage(browserName: string, act: (page: Page, browser: Browser) => Promise<void>): Promise<void> {
  const browser = browsers.find(({ name }) => name === browserName)
  if (!browser) throw new Error(`${browserName} is not open`)
  const page = await browser.open()
  await act(page, browser).finally(() => page.close())
}

test.each(browserNames())('%s loads https with our own certificate, by HTTP/2', async (name) => {
  await withPage(name, async (page) => {
    site.requests.clear()
    await page.goto(site.origin, { until: 'load' })
    expect(await page.evaluate('[document.title, isSecureContext, window.app]')).toEqual(['Home', true, 1])
    expect(site.requests.of('/').map(({ httpVersion }) => httpVersion)).toEqual([2])
  })
})

test.each(browserNames())('%s keeps its HTTP cache from one view to the next', async (name) => {
  await withPage(name, async (page) => {
    site.requests.clear()
    await page.goto(site.origin, { until: 'load' })
    await page.goto(site.origin, { until: 'load' })
    expect(await page.evaluate('window.app')).toBe(1)
    expect([site.requests.of('/').length, site.requests.of('/app.js').length]).toEqual([2, 1])
  })
})

test.each(browserNames())('%s resolves names below localhost', async (name) => {
  await withPage(name, async (page) => {
    await page.goto(site.origin.replace('localhost', 'brand.localhost'), { until: 'load' })
    expect(await page.evaluate('[document.title, location.hostname]')).toEqual(['Home', 'brand.localhost'])
  })
})

test.each(browserNames())('a visitor of %s keeps storage and cookies, and another one has none', async (name) => {
  const stored = '[localStorage.getItem("mark"), document.cookie, document.referrer]'
  await withPage(name, async (page, browser) => {
    await page.goto(site.origin, { until: 'load' })
    await page.evaluate('localStorage.setItem("mark", "1"), document.cookie = "mark=1", undefined')
    await page.goto(site.origin, { until: 'load' })
    expect(await page.evaluate(stored)).toEqual(['1', 'mark=1', ''])
    const other = await browser.open()
    await other.goto(site.origin, { until: 'load' })
    expect(await other.evaluate(stored)).toEqual([null, '', ''])
    await other.close()
  })
})

test.each(browserNames())('%s hands over a page that never ends loading, once it has begun', async (name) => {
  await withPage(name, async (page) => {
    await page.goto(`${site.origin}/hanging`, { until: 'commit' })
    expect(await page.evaluate('document.readyState')).toBe('loading')
    await page.goto(site.origin, { until: 'load' })
    expect(await page.evaluate('document.title')).toBe('Home')
  })
})

test.each(browserNames())('%s awaits promises, answers in JSON and passes errors on', async (name) => {
  await withPage(name, async (page) => {
    const answer = await page.evaluate('Promise.resolve({ list: [1, null, { deep: true }] })')
    expect(answer).toEqual({ list: [1, null, { deep: true }] })
    expect(await page.evaluate('undefined')).toBe(undefined)
    await expect(page.evaluate('nowhere.at.all')).rejects.toThrow('nowhere')
  })
})
