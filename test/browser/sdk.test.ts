import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { brandPage } from '../../lab/world/brand-page.ts'
import { chunkPath, readBuilt } from '../../lab/world/tag.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import type { BatchRequest, DecideResponse, Event, SlotDecision } from '../../src/protocol/index.ts'
import { allShown, hasMarked, isLate, isLoaded, patientTag, view } from './expectations.ts'

let world: World
let browser: ChromiumBrowser
let page: ChromiumPage
let batches: BatchRequest[]

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchChromium()])
  // These tests are not about time.
  world.pages['/'] = brandPage(labHead(patientTag))
})
afterAll(async () => {
  await browser.close()
  await world.close()
})
beforeEach(async () => {
  batches = []
  page = await browser.open()
  listen(page.playwright)
})
afterEach(async () => {
  await page.close()
})

function listen(playwright: ChromiumPage['playwright']): void {
  playwright.on('request', (request) => {
    if (request.url().endsWith('/v1/batch')) batches.push(JSON.parse(request.postData() ?? '{}') as BatchRequest)
  })
}

const tracked = (name: string): Event[] =>
  batches.flatMap(({ batch }) => batch).filter((event) => event.type === 'track' && event.event === name)
const open = (path: string, until = `${allShown} && ${isLoaded} && ${isLate}`): ReturnType<typeof view> =>
  view(page, world.site.origin + path, until)
const run = <Result>(script: string): Promise<Result> => page.evaluate<Result>(script)

/** Everything that this origin keeps in the browser. */
const kept = `Promise.resolve(indexedDB.databases()).then((databases) =>
  [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...databases.map(({ name }) => name)])`

/** Answers the page's question with this decision for the slot `landing`. */
async function decideLanding(decision: Partial<SlotDecision>): Promise<void> {
  const landing: SlotDecision = { reason: 'match', tier: 'live', experience: 'split', variant: 'b', ...decision }
  const answer: DecideResponse = {
    v: 1,
    catalog: 'c',
    consent: 'granted',
    ttlMs: 60_000,
    token: 'a.b.c',
    slots: { landing },
  }
  await page.playwright.route('**/v1/decide', (route) => route.fulfill({ json: answer }))
}

let bodies = Promise.withResolvers<void>()

/** A page whose body comes once the test lets it: after 300 ms it came before a busy machine's answer, which was late then. */
const landingPage = (body: string, until = (): Promise<void> => bodies.promise) => ({
  chunks: [
    { html: `<!doctype html><html><head>${labHead(patientTag)}<meta data-pp-slot="landing">` },
    { html: `</head><body>${body}</body></html>`, until },
  ],
})

/** Until then no animation frame comes, which is what a wait asks by default. */
const untilTrue = (expression: string): Promise<unknown> =>
  page.playwright.waitForFunction(expression, undefined, { polling: 20 })

/**
 * Goes to a landing page until its redirect is refused, then lets its body come. A machine that takes longer than the tag waits
 * for any answer (800 ms) makes the first view's decision late; the next view has it from the browser's cache.
 */
async function expectRefused(go: () => Promise<void>): Promise<void> {
  for (let count = 0; count < 3; count++) {
    bodies = Promise.withResolvers()
    await go()
    await untilTrue(`${hasMarked('failed:landing')} || ${hasMarked('late:landing')}`)
    const isRefused = await run(hasMarked('failed:landing'))
    bodies.resolve()
    if (isRefused) return
  }
  expect.unreachable('a decision that is cached is carried out in time')
}

test('a redirect leaves before anything is painted, with its assignment delivered', async () => {
  bodies = Promise.withResolvers()
  world.pages['/split'] = landingPage('<h1>Original</h1>')
  world.pages['/sale'] = landingPage('<h1>Sale</h1>')
  await decideLanding({ redirect: '/sale#top' })
  const [isLeft, isTooLate] = [`location.pathname === '/sale'`, hasMarked('late:landing')]
  for (let count = 0; count < 5; count++) {
    batches = []
    await page.goto(`${world.site.origin}/split`, { until: 'commit' })
    await untilTrue(`${isLeft} || ${isTooLate}`)
    if (await run(isLeft)) break
    await run('localStorage.clear()') // An answer later than any tag waits for: again, as a new visitor.
  }
  expect(page.playwright.url()).toBe(`${world.site.origin}/sale#top`)
  expect(tracked('pp:assigned')[0]).toMatchObject({
    properties: { slot: 'landing', experience: 'split', variant: 'b', tier: 'live', outcome: 'shown' },
  })
  // The page that it leads to is told to go to itself, which is refused; and nothing of it stays hidden.
  await untilTrue(hasMarked('failed:landing'))
  bodies.resolve()
  await page.playwright.waitForFunction('document.querySelector("h1")')
  expect(await run('document.querySelector("h1").checkVisibility({ visibilityProperty: true })')).toBe(true)
})

test('a redirect never leads back to the page that led here', async () => {
  world.pages['/first'] = { chunks: [{ html: '<a href="/second">on</a>' }] }
  world.pages['/second'] = landingPage('<h1>Second</h1>')
  await decideLanding({ redirect: '/first' })
  await expectRefused(async () => {
    await page.goto(`${world.site.origin}/first`, { until: 'load' })
    await page.playwright.click('a', { noWaitAfter: true })
    await page.playwright.waitForURL('**/second', { waitUntil: 'commit' })
  })
  expect(page.playwright.url()).toBe(`${world.site.origin}/second`)
})

test.each(['javascript:window.pwned=1', 'data:text/html,x', 'http://'])(
  'a redirect to %s is refused',
  async (redirect) => {
    world.pages['/scheme'] = landingPage('<h1>Here</h1>')
    await decideLanding({ redirect })
    await expectRefused(() => page.goto(`${world.site.origin}/scheme`, { until: 'commit' }))
    expect(await run('[location.pathname, typeof window.pwned]')).toEqual(['/scheme', 'undefined'])
  },
)

test('a redirect that comes when the page may have been seen is late', async () => {
  world.pages['/seen'] = landingPage('<h1>Seen</h1>', () => Promise.resolve())
  await page.playwright.route('**/v1/decide', async (route) => {
    await page.playwright.waitForFunction(`performance.getEntriesByType('paint').length > 0`)
    const landing: SlotDecision = {
      reason: 'match',
      tier: 'live',
      experience: 'split',
      variant: 'b',
      redirect: '/sale',
    }
    await route.fulfill({ json: { v: 1, catalog: 'c', consent: 'granted', ttlMs: 1, slots: { landing } } })
  })
  await page.goto(`${world.site.origin}/seen`, { until: 'commit' })
  await page.playwright.waitForFunction(hasMarked('late:landing'))
  expect(page.playwright.url()).toBe(`${world.site.origin}/seen`)
})

test('the command queue takes calls in both shapes, and the tag carries them out in their order', async () => {
  const script = `pp('track', 'First', { n: 1 }); pp.track('Second'); pp.identify('u1', { plan: 'gold' }); pp('track', 'Third')
    pp.ready(() => { window.isReady = true }); pp('on', 'applied', ({ slot }) => (window.applied = window.applied || []).push(slot))`
  world.pages['/queued'] = brandPage(
    `<script>${readBuilt('prepaint-stub.js', 'minified')}${script}</script>${labHead(patientTag)}`,
  )
  await open('/queued')
  await page.playwright.waitForFunction('window.isReady && window.applied && window.applied.length === 5')
  await run('window.pp.flush()')
  const names = batches
    .flatMap(({ batch }) => batch)
    .map((event) => (event.type === 'track' ? event.event : event.type))
  expect(names.filter((name) => !name.startsWith('pp:'))).toEqual(['page', 'First', 'Second', 'identify', 'Third'])
})

test('what the late chunk serves answers by a promise, in the order of the calls', async () => {
  await open('/')
  expect(await run(`window.pp.decide(['headline', 'nowhere'])`)).toEqual({
    headline: { reason: 'match', tier: 'live', experience: 'headline', variant: 'a', content: 'Personal headline' },
    nowhere: { reason: 'unknown-slot', tier: 'default' },
  })
  expect(await run(`Promise.all([window.pp.content('headline', 'x'), window.pp.content('nowhere', 'x')])`)).toEqual([
    'Personal headline',
    'x',
  ])
  await run(`window.pp.group('g1', { seats: 9 }), window.pp.alias('new', 'old'), window.pp.flush()`)
  await expect
    .poll(() => batches.flatMap(({ batch }) => batch))
    .toContainEqual(expect.objectContaining({ type: 'group', groupId: 'g1', traits: { seats: 9 } }))
  expect(batches.flatMap(({ batch }) => batch)).toContainEqual(
    expect.objectContaining({ type: 'alias', userId: 'new', previousId: 'old' }),
  )
})

test('what most pages never call is loaded by the first such call, and tells what happened meanwhile', async () => {
  world.site.requests.clear()
  await open('/')
  await run('window.pp.track("Looked"), window.pp.track("Left"), window.pp.flush()')
  expect(world.site.requests.of(chunkPath('api'))).toEqual([])
  await run(
    `window.told = [], window.pp.on('consent', (choice) => window.told.push(choice)), window.pp.consent('pending'), 0`,
  )
  await page.playwright.waitForFunction(`window.told.join() === 'pending'`)
  expect(await run(`window.pp.content('nowhere', 'x')`)).toBe('x')
  expect(world.site.requests.of(chunkPath('api'))).toHaveLength(1)
})

test('decide never rejects: without a service it says so', async () => {
  await page.playwright.route('**/v1/decide', (route) => route.abort())
  await open('/', `${isLoaded} && ${isLate}`)
  expect(await run(`window.pp.decide(['headline'])`)).toEqual({ headline: { reason: 'unavailable', tier: 'default' } })
})

test('opting out leaves no key behind, in no tab, and no later request carries the old id', async () => {
  const { origin } = world.site
  const context = page.playwright.context()
  await open('/')
  await run('window.pp.track("Looked"), window.pp.flush()')
  const other = await context.newPage()
  listen(other)
  await other.goto(`${origin}/`)
  await other.waitForFunction(isLate)
  expect((await run<string[]>(kept)).length).toBeGreaterThan(1)
  const token = /pp_id=([^;]+)/.exec(await run<string>('document.cookie'))?.[1] ?? ''
  await other.evaluate('window.pp.track("Waits")')
  batches = []
  await run('window.pp.track("Waits too"), window.pp.optOut()')
  await expect.poll(() => run(kept)).toEqual(['pp_consent=denied'])
  const requests: string[] = []
  context.on('request', (request) => requests.push(`${request.url()} ${request.postData() ?? ''}`))
  await other.evaluate('window.pp.track("Later"), window.pp.flush()')
  await other.close()
  await open('/')
  await expect.poll(() => run(kept)).toEqual(['pp_consent=denied'])
  expect(
    [...requests, ...batches.map((batch) => JSON.stringify(batch))].filter((text) => text.includes(token)),
  ).toEqual([])
})

test('five tabs lose nothing and send nothing twice', async () => {
  const context = page.playwright.context()
  await open('/')
  await run('window.pp.flush()')
  const tabs = await Promise.all([1, 2, 3, 4, 5].map(() => context.newPage()))
  for (const tab of tabs) {
    listen(tab)
    await tab.goto(`${world.site.origin}/`)
    await tab.waitForFunction(isLate)
  }
  batches = []
  const names = tabs.flatMap((_, tab) => [1, 2, 3].map((count) => `Tab ${tab} ${count}`))
  await Promise.all(
    tabs.map((tab, index) =>
      tab.evaluate(`[1, 2, 3].forEach((count) => window.pp.track('Tab ${index} ' + count)), window.pp.flush()`),
    ),
  )
  expect(names.map((name) => tracked(name).length)).toEqual(names.map(() => 1))
  await Promise.all(tabs.map((tab) => tab.close()))
})

test('what the service cannot take waits in IndexedDB and is sent by the next page', async () => {
  await open('/')
  await run('window.pp.flush()')
  await page.playwright.route('**/v1/batch', (route) => route.fulfill({ status: 503, body: '' }))
  await run('window.pp.track("Outage"), window.pp.flush()')
  await page.goto('about:blank', { until: 'load' })
  await page.playwright.unroute('**/v1/batch')
  batches = []
  await open('/')
  await run('window.pp.flush()')
  expect(tracked('Outage')).toHaveLength(1)
})

test('a slot counts as seen once half of it was in view for a second', async () => {
  await open('/')
  await run(`window.seen = [], window.pp.on('exposure', ({ slot }) => window.seen.push(slot)), 0`)
  expect(await run('window.seen')).toEqual([])
  await page.playwright.waitForFunction('window.seen.length === 5')
  await run('window.pp.flush()')
  expect(tracked('pp:seen')).toHaveLength(5)
  expect(tracked('pp:seen')).toContainEqual(
    expect.objectContaining({ properties: { slot: 'headline', experience: 'headline', variant: 'a' } }),
  )
})

test('a variant that a framework renders away is put back, and what it renders instead is left alone', async () => {
  await open('/')
  const original = 'Original teaser'
  const render = (text: string): string => `(() => {
    const fresh = document.createElement('p')
    fresh.className = 'teaser'
    fresh.setAttribute('data-pp-slot', 'teaser')
    fresh.textContent = '${text}'
    document.querySelector('.teaser').replaceWith(fresh)
    return Promise.resolve().then(() => document.querySelector('.teaser').textContent)
  })()`
  expect(await run(render(original))).toBe('Personal teaser text')
  expect(await run(render('Somebody else'))).toBe('Somebody else')
  expect(await run(render(original))).toBe('Personal teaser text')
})

test('a framework that insists is let go, and that is reported', async () => {
  await open('/')
  await run(`window.pp.on('error', ({ code }) => { window.gaveUp = code })`)
  await run(
    `setInterval(() => { const slot = document.querySelector('.teaser'); if (slot.textContent !== 'Original teaser') slot.textContent = 'Original teaser' }, 10)`,
  )
  await page.playwright.waitForFunction(`window.gaveUp === 'reapply_gave_up'`, undefined, { timeout: 15_000 })
  await run('window.pp.flush()')
  expect(tracked('pp:gave-up')).toEqual([expect.objectContaining({ properties: { slot: 'teaser' } })])
})

test('web vitals are reported where the tag asks for them, and not loaded elsewhere', async () => {
  world.pages['/vitals'] = brandPage(labHead({ ...patientTag, 'data-vitals': '' }))
  await open('/vitals')
  await expect
    .poll(async () => {
      await run('window.pp.flush()')
      return tracked('pp:vitals').map((event) => (event as { properties?: { name?: string } }).properties?.name)
    })
    .toEqual(expect.arrayContaining(['TTFB', 'FCP']))
  world.site.requests.clear()
  await open('/')
  expect(world.site.requests.of(chunkPath('vitals'))).toEqual([])
})

test('under a strict policy with Trusted Types the late chunk works too, without a report', async () => {
  const policy =
    "default-src 'self'; script-src 'nonce-abc'; style-src 'self'; require-trusted-types-for 'script'; trusted-types prepaint"
  const tag = labHead({ ...patientTag, nonce: 'abc' }).replace('<script>', '<script nonce="abc">')
  world.pages['/csp'] = { ...brandPage(tag), headers: { 'content-security-policy': policy } }
  await page.playwright.addInitScript(
    `window.reports = []; document.addEventListener('securitypolicyviolation', (report) => window.reports.push(report.violatedDirective + ' ' + report.sourceFile + ' ' + report.sample))`,
  )
  await open('/csp')
  await run('window.pp.flush()')
  expect(await run(`window.pp.content('headline', 'x')`)).toBe('Personal headline')
  expect(tracked('pp:assigned').length).toBeGreaterThan(0)
  expect(await run('window.reports')).toEqual([])
})
