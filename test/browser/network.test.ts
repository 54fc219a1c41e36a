import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChromiumBrowser, launchChromium } from '../../lab/browser/chromium.ts'
import { createCertificate } from '../../lab/network/certificate.ts'
import { createDelayProxy } from '../../lab/network/delay-proxy.ts'
import type { Fault } from '../../lab/network/fault.ts'
import type { Listening } from '../../lab/network/listen.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import { brandPage, probes } from '../../lab/world/brand-page.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import type { DecideRequest } from '../../src/protocol/index.ts'
import {
  allShown,
  expectFallback,
  expectNewVisitors,
  expectPersonal,
  hasMarked,
  isAnswerKept,
  isLoaded,
  marks,
  PATIENT_MS,
  patientTag,
  view,
} from './expectations.ts'

const RTT_MS = 50
const DECISION_MS = 30

let world: World
let proxy: Listening
let poor: Listening
let browser: ChromiumBrowser
let near: string
let far: string

/** A site that speaks HTTP/2 over TLS, seen from beside it and through 50 ms of round trip. */
beforeAll(async () => {
  const certificate = await createCertificate()
  world = await createWorld({ tls: certificate })
  proxy = await createDelayProxy({ targetPort: world.site.port, rttMs: RTT_MS })
  poor = await createDelayProxy({ targetPort: world.site.port, rttMs: 150, bytesPerSecond: 200_000 })
  browser = await launchChromium({ ignoreCertificateErrors: certificate.spkiHash })
  near = world.site.origin
  far = `https://localhost:${proxy.port}`
  world.pages['/patient'] = brandPage(labHead(patientTag))
})
afterAll(async () => {
  await browser.close()
  await proxy.close()
  await poor.close()
  await world.close()
})
beforeEach(() => {
  world.fault.setFault({ kind: 'none' })
})

test.each<[string, Fault, string]>([
  ['a dead service', { kind: 'refuse' }, '502'],
  ['a service that answers with a web page', { kind: 'garbage' }, '200'],
  ['a service that breaks off in the middle', { kind: 'truncated' }, '200'],
  ['a service in trouble', { kind: 'status' }, '503'],
])('%s leaves the page as it is, and says why', async (_name, fault, cause) => {
  world.fault.setFault(fault)
  const page = await browser.open()
  expectFallback(await view(page, `${near}/patient`, `${hasMarked(`fallback:${cause}`)} && ${isLoaded}`), PATIENT_MS)
  await page.close()
})

test('a site that cannot be reached for the decision has status 0, and the page is as it was', async () => {
  const page = await browser.open()
  await page.playwright.route('**/v1/decide', (route) => route.abort('connectionrefused'))
  expectFallback(await view(page, `${near}/patient`, `${hasMarked('fallback:0')} && ${isLoaded}`), PATIENT_MS)
  await page.close()
})

test('on https our cookies have names that no neighbouring host can write, and one that it has written is not read', async () => {
  const page = await browser.open()
  const tokens = new Set<unknown>()
  page.playwright.on('request', (request) => {
    if (request.url().endsWith('/v1/decide')) tokens.add((request.postDataJSON() as DecideRequest).token)
  })
  const [{ hostname }, secure] = [new URL(near), true]
  await page.playwright
    .context()
    .addCookies(['pp_id', 'pp_consent'].map((name) => ({ name, value: 'denied', domain: hostname, path: '/', secure })))
  await view(page, `${near}/patient`, `${allShown} && ${isLoaded}`)
  await view(
    page,
    `${near}/patient`,
    `${allShown} && performance.getEntriesByName(location.origin + '/pp/v1/decide').length`,
  )
  const [token] = await page.evaluate<string[]>(`/__Host-pp_id=([^;]+)/.exec(document.cookie).slice(1)`)
  expect([...tokens]).toEqual([undefined, token])
  await page.evaluate('window.pp.consent("denied")')
  expect((await page.playwright.context().cookies()).map(({ name }) => name).sort()).toEqual([
    '__Host-pp_consent',
    'pp_consent',
    'pp_id',
  ])
  await page.close()
})

test('a dead tag host leaves the page as it is: nothing is hidden and nothing thrown', async () => {
  const script = '<script src="https://localhost:1/prepaint.js" data-site="lab"></script>'
  world.pages['/dead-tag'] = brandPage(`<script>${samplerScript(probes)}</script>${script}`)
  const page = await browser.open()
  const errors: unknown[] = []
  page.playwright.on('pageerror', (error) => errors.push(error))
  expectFallback(await view(page, `${near}/dead-tag`, isLoaded))
  expect(await marks(page)).toEqual([])
  expect(errors).toEqual([])
  await page.close()
})

test('through 50 ms of round trip with TLS and HTTP/2 a new visitor sees the personal page', async () => {
  world.fault.setFault({ kind: 'delay', delayMs: DECISION_MS })
  await expectNewVisitors(browser, `${far}/`, { count: 3 })
  expect(world.site.requests.of('/').at(-1)?.httpVersion).toBe(2)
})

test('on a CPU that is 4 times slower nobody sees the original first, and at least 4 of 5 see the personal page', async () => {
  world.fault.setFault({ kind: 'delay', delayMs: DECISION_MS })
  await expectNewVisitors(browser, `${far}/`, {
    count: 5,
    least: 4,
    async prepare(page) {
      const session = await page.playwright.context().newCDPSession(page.playwright)
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    },
  })
})

test('through 150 ms of round trip and 1.6 Mbit/s nobody sees the original first, and at least 4 of 5 see the personal page', async () => {
  world.fault.setFault({ kind: 'delay', delayMs: DECISION_MS })
  await expectNewVisitors(browser, `https://localhost:${poor.port}/`, { count: 5, least: 4 })
})

test('a page of 3,000 nodes with a carousel and 1 MB of script by others is personal for new and returning visitors', async () => {
  await expectNewVisitors(browser, `${near}/heavy`, {
    count: 3,
    async check(page) {
      await page.playwright.waitForFunction(`window.foreign && ${isAnswerKept}`)
      expectPersonal(await view(page, `${near}/heavy`, `${allShown} && ${isLoaded}`))
      expect(await page.evaluate('document.querySelectorAll("*").length')).toBeGreaterThan(3_000)
    },
  })
})
