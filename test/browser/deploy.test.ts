import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createService, type Service } from 'prepaint-server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { createSite, type Site, type SiteAsset } from '../../lab/network/site.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import { brandAsset, brandPage, probes } from '../../lab/world/brand-page.ts'
import { buildOther } from '../../lab/world/other-build.ts'
import { BRIDGE_VERSION } from '../../src/client/bridge.ts'
import { allShown, expectPersonal, isLoaded, patientTag, view } from './expectations.ts'

const today = fileURLToPath(new URL('../../dist', import.meta.url))
const dataDirectory = mkdtempSync(join(tmpdir(), 'prepaint-deploy-'))

/** Folder of the build before: its state is another one, so that its tag and the chunks of today do not work together. */
let before: string
let service: Service
let site: Site
let browser: ChromiumBrowser
let page: ChromiumPage
/** Answers of the site itself, in place of the service. */
let assets: { [path: string]: SiteAsset }
let errors: string[]

const chunkOf = (folder: string, chunk: string): string =>
  readdirSync(folder).find((name) => /\.\w{43}\.js$/.test(name) && name.startsWith(`prepaint-${chunk}.`)) ??
  expect.unreachable(`${folder} has no ${chunk} chunk`)
const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8')
const script = (body: string): SiteAsset => ({ body, type: 'text/javascript' })

/** The head of a page with a tag, after the sampler. */
function head(text: string, attributes: { [name: string]: string } = {}): string {
  const written = Object.entries({ ...patientTag, ...attributes }).map(
    ([name, value]) => ` ${name}="${value.replaceAll('"', '&quot;')}"`,
  )
  return `<script>${samplerScript(probes)}</script><script${written.join('')}>${text}</script>`
}

function startService(builtDirectory: string): Promise<Service> {
  const catalogs = [fileURLToPath(new URL('../../lab/world/catalog.yaml', import.meta.url))]
  const logStream = { write: () => undefined }
  return createService({ catalogs, dataDirectory, port: 0, allowLoopbackOrigins: true }, { logStream, builtDirectory })
}

/** The build before was at work in the data directory; then that of today was deployed. */
beforeAll(async () => {
  before = await buildOther('src/client/bridge.ts', (text) =>
    text.replace(`BRIDGE_VERSION = ${BRIDGE_VERSION}`, `BRIDGE_VERSION = ${BRIDGE_VERSION - 1}`),
  )
  await (await startService(before)).close()
  service = await startService(today)
  const { port, url } = await service.listen()
  browser = await launchChromium()
  const pages = {
    '/inline': brandPage(head(read(before, 'prepaint.js'))),
    '/cached': brandPage(head('').replace('></script>', ' src="/pp/prepaint.js"></script>')),
    '/today': brandPage(head(read(today, 'prepaint.js'))),
    '/elsewhere': brandPage(head(read(before, 'prepaint.js'), { 'data-endpoint': url })),
  }
  site = await createSite({ pages, servicePort: port, asset: (path) => assets[path] ?? brandAsset(path) })
}, 240_000)
afterAll(async () => {
  await browser.close()
  await site.close()
  await service.close()
  rmSync(dataDirectory, { recursive: true })
  rmSync(join(before, '..'), { recursive: true })
})
beforeEach(async () => {
  assets = {}
  errors = []
  site.requests.clear()
  page = await browser.open()
  page.playwright.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) errors.push(message.text())
  })
  page.playwright.on('pageerror', (error) => errors.push(String(error)))
})
afterEach(() => page.close())

const loads = (name: string): number => site.requests.of(`/pp/${name}`).length
const hasLoaded = (base: string, name: string): string => `performance.getEntriesByName(${base} + '${name}').length > 0`

/** A call for each chunk: the late one takes the event, the next tells of its listeners. */
async function expectAlive(): Promise<void> {
  const isTaken = page.playwright.waitForResponse(
    (response) =>
      response.url().endsWith('/v1/batch') &&
      (response.request().postData() ?? '').includes('"Looked"') &&
      response.ok(),
  )
  expect(await page.evaluate(`window.pp.track('Looked'), window.pp.content('headline', 'x')`)).toBe('Personal headline')
  await page.evaluate('window.pp.flush()')
  const { results } = (await (await isTaken).json()) as { results: string[] }
  expect(results.every((result) => result === 'accepted')).toBe(true)
}

test.each(['/inline', '/cached'])(
  'a tag of the build before that a page or a cache has kept runs with its own chunks: %s',
  async (path) => {
    assets['/pp/prepaint.js'] = script(read(before, 'prepaint.js'))
    const late = chunkOf(before, 'late')
    const isLate = hasLoaded(`location.origin + '/pp/'`, late)
    expectPersonal(await view(page, site.origin + path, `${allShown} && ${isLoaded} && ${isLate}`))
    await expectAlive()
    expect([loads(late), loads(chunkOf(before, 'api'))]).toEqual([1, 1])
    expect([loads(chunkOf(today, 'late')), loads('prepaint-late.js')]).toEqual([0, 0])
    expect(errors).toEqual([])
  },
)

test('from a service of another origin the chunks are compared with their digests, too', async () => {
  const isLate = hasLoaded(`'${service.address?.url}/'`, chunkOf(before, 'late'))
  expectPersonal(await view(page, `${site.origin}/elsewhere`, `${allShown} && ${isLoaded} && ${isLate}`))
  await expectAlive()
  expect(errors).toEqual([])
})

test('a chunk that was altered on its way does not run: the browser says so, and the page is as it was', async () => {
  const late = chunkOf(today, 'late')
  assets[`/pp/${late}`] = script(`window.isAltered = true;${read(today, late)}`)
  expectPersonal(await view(page, `${site.origin}/today`, `${allShown} && ${isLoaded}`))
  await expect.poll(() => errors.join()).toContain("'integrity'")
  expect(errors).toHaveLength(1)
  expect(await page.evaluate(`[window.isAltered, window.pp.track('Looked')]`)).toEqual([null, null])
  // What the page still has to say leaves by beacon when it ends.
  await page.goto('about:blank', { until: 'load' })
  await expect.poll(() => site.requests.of('/pp/v1/batch').length).toBeGreaterThan(0)
})
