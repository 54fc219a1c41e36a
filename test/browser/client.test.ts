import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { longestHiddenMs } from '../../lab/sampler/frames.ts'
import { classify, startScreencast } from '../../lab/screencast.ts'
import { brandPage, personal, probes } from '../../lab/world/brand-page.ts'
import { createWorld, labHead, tagAttributes, type World } from '../../lab/world/world.ts'
import type { BatchRequest, DecideRequest, Event } from '../../src/protocol/index.ts'
import {
  allShown,
  expectPersonal,
  hasMarked,
  isAnswerKept,
  isLate,
  isLoaded,
  patientTag,
  view,
} from './expectations.ts'

let world: World
let browser: ChromiumBrowser
let page: ChromiumPage
let questions: DecideRequest[]
let batches: BatchRequest[]
let errors: unknown[]

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchChromium()])
  world.pages['/'] = brandPage(labHead(patientTag))
  world.pages['/torn'] = brandPage(labHead(patientTag), 120)
  world.pages['/pending'] = brandPage(labHead({ ...patientTag, 'data-consent': 'pending' }))
  world.pages['/denied'] = brandPage(labHead({ ...patientTag, 'data-consent': 'denied' }))
})
afterAll(async () => {
  await browser.close()
  await world.close()
})
beforeEach(async () => {
  world.fault.setFault({ kind: 'none' })
  questions = []
  batches = []
  errors = []
  page = await browser.open()
  page.playwright.on('pageerror', (error) => errors.push(error))
  page.playwright.on('request', (request) => {
    const body: unknown = request.method() === 'POST' ? request.postDataJSON() : undefined
    if (request.url().endsWith('/v1/decide')) questions.push(body as DecideRequest)
    if (request.url().endsWith('/v1/batch')) batches.push(body as BatchRequest)
  })
})
afterEach(async () => {
  await page.close()
  expect(errors).toEqual([])
})

const shown = `${allShown} && ${isLoaded}`
/** The late chunk has come, and everything it had to send has been acknowledged. */
const isDelivered = `performance.getEntriesByName(location.origin + '/pp/v1/batch').length && !localStorage['pp.out']`

const events = (): Event[] => batches.flatMap(({ batch }) => batch)

const open = (path: string, until = shown): ReturnType<typeof view> => view(page, world.site.origin + path, until)

const bodyHtml = (): Promise<string> => page.evaluate<string>('document.body.outerHTML')

test('the page gets one new global name and keeps all of its own functions', async () => {
  const inventory = `(() => {
    const describe = (object, name) => {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, name)
      return [String(value), String(get), String(set), JSON.stringify(flags)].join('|').slice(0, 300)
    }
    const list = (object) => Object.getOwnPropertyNames(object).sort().map((name) => name + ': ' + describe(object, name))
    return {
      names: Object.getOwnPropertyNames(window).sort(),
      members: [History, Element, HTMLElement, Node, EventTarget, XMLHttpRequest, Document].flatMap(({ prototype }) => list(prototype)),
    }
  })()`
  type Inventory = { names: string[]; members: string[] }
  await open('/bare', isLoaded)
  const before = await page.evaluate<Inventory>(inventory)
  await open('/', `${shown} && ${isDelivered}`)
  const after = await page.evaluate<Inventory>(inventory)
  expect(after.names.filter((name) => !before.names.includes(name))).toEqual(['__headMs', 'pp'])
  expect(after.members).toEqual(before.members)
})

test('destroy puts the page back exactly as the brand made it', async () => {
  await open('/bare', isLoaded)
  const original = (await bodyHtml()).replaceAll(/\s+/g, ' ')
  await open('/torn', `${shown} && ${isLate}`)
  expect((await bodyHtml()).replaceAll(/\s+/g, ' ')).not.toBe(original)
  await page.evaluate('window.pp.destroy()')
  await page.playwright.waitForFunction('document.querySelector("h1").textContent.startsWith("Original")')
  expect((await bodyHtml()).replaceAll(/\s+/g, ' ')).toBe(original)
})

test('a call after destroy changes nothing in the page', async () => {
  await open('/', `${shown} && ${isLate}`)
  await page.evaluate('window.pp.destroy()')
  await page.playwright.waitForFunction('document.querySelector("h1").textContent.startsWith("Original")')
  const restored = await bodyHtml()
  await page.evaluate('window.pp.track("After"), window.pp.destroy()')
  expect(await bodyHtml()).toBe(restored)
})

test('consent that is withdrawn while the answer is under way leaves no id behind', async () => {
  world.fault.setFault({ kind: 'delay', delayMs: 300 })
  await open('/', isLoaded)
  // The network may have taken the cookie from the first answer although its request is aborted.
  await page.evaluate('window.pp.consent("denied"), void (document.cookie = "pp_id=late; Path=/")')
  await page.playwright.waitForFunction(`performance.getEntriesByName(location.origin + '/pp/v1/decide').length > 1`)
  expect(await page.evaluate('document.cookie')).toBe('pp_consent=denied')
})

test('what one person did before the first answer never goes under the id of the next', async () => {
  world.fault.setFault({ kind: 'never' })
  await open('/', isLoaded)
  await page.evaluate('window.pp.identify("alice"), window.pp.reset()')
  world.fault.setFault({ kind: 'none' })
  await open('/', `${shown} && ${isDelivered}`)
  expect(events().filter(({ type }) => type === 'identify')).toEqual([])
})

test('a closed slot is filled in place, so that the handlers of the page stay', async () => {
  world.fault.setFault({ kind: 'delay', delayMs: 80 })
  const html = `<!doctype html><html><head>${labHead(patientTag)}</head><body>
    <div><a class="call" data-pp-slot="call" href="#">Original call</a></div>
    <script>document.querySelector('.call').addEventListener('click', () => { window.wasClicked = true })</script>`
  world.pages['/handlers'] = { chunks: [{ html }, { delayMs: 200, html: '<p>End</p></body></html>' }] }
  await open('/handlers', `${hasMarked('shown:call')} && ${isLoaded}`)
  await page.playwright.click('.call')
  expect(await page.evaluate('[document.querySelector(".call").textContent, window.wasClicked]')).toEqual([
    'Personal call',
    true,
  ])
})

test('a script is never a slot', async () => {
  const attributes = { ...tagAttributes, 'data-slots': '{"headline":"#code"}' }
  const html = `<!doctype html><html><head>${labHead(attributes)}</head><body><script id="code">window.ran = 'original'</script></body></html>`
  world.pages['/code'] = { chunks: [{ html }] }
  for (let count = 0; count < 2; count++) {
    await open('/code', `${isLoaded} && ${isAnswerKept}`)
    expect(await page.evaluate('[window.ran, document.querySelector("#code").textContent]')).toEqual([
      'original',
      "window.ran = 'original'",
    ])
  }
})

test.each(['/pending', '/denied'])(
  '%s: without consent decisions go on from context, and nothing is stored or sent',
  async (path) => {
    const frames = await open(`${path}?utm_campaign=spring`, `${shown} && ${isLate}`)
    expectPersonal(frames, { ...personal, headline: 'Personal spring headline' })
    expect(questions).toEqual([
      {
        v: 1,
        site: 'lab',
        consent: path.slice(1),
        page: { path, campaign: 'spring', referrer: '' },
        utcOffsetMin: expect.any(Number),
      },
    ])
    await page.evaluate('window.pp.track("Looked")')
    await open('/bare', isLoaded)
    expect(await page.evaluate('document.cookie + Object.keys(localStorage)')).toBe('')
    expect(batches).toEqual([])
  },
)

test('events that waited for consent go out once it is given, and withdrawing it deletes everything at once', async () => {
  await open('/pending')
  await page.evaluate('window.pp.track("Looked", { at: "shoes" })')
  await page.evaluate('window.pp.consent("granted")')
  await page.playwright.waitForFunction(isDelivered)
  expect(events()).toContainEqual(
    expect.objectContaining({ type: 'track', event: 'Looked', properties: { at: 'shoes' } }),
  )
  expect(await page.evaluate('document.cookie')).toMatch(/pp_consent=granted.*pp_id=|pp_id=.*pp_consent=granted/)
  const left = `window.pp.track("Later"), window.pp.consent("denied"), [document.cookie, Object.keys(localStorage)]`
  expect(await page.evaluate(left)).toEqual(['pp_consent=denied', []])
  const count = batches.length
  await open('/bare', isLoaded)
  expect(batches).toHaveLength(count)
})

test('every variant that a visitor is in is reported, with what became of it', async () => {
  await open('/', `${shown} && ${isDelivered}`)
  const assigned = events().flatMap((event) =>
    event.type === 'track' && event.event === 'pp:assigned' ? [event.properties] : [],
  )
  const told = { tier: 'live', outcome: 'shown', variant: 'a', catalog: expect.any(String) as string, source: '' }
  expect(assigned).toEqual(
    ['headline', 'teaser', 'call', 'picture', 'banner'].map((slot) => ({ slot, experience: slot, ...told })),
  )
  expect(events().filter(({ type }) => type === 'page')).toHaveLength(1)
})

test('a late decision is reported as such', async () => {
  world.fault.setFault({ kind: 'delay', delayMs: 1_000 })
  await open('/', `${hasMarked('late:banner')} && ${isDelivered}`)
  expect(events()).toContainEqual(
    expect.objectContaining({ properties: expect.objectContaining({ slot: 'headline', outcome: 'late' }) }),
  )
})

test('a page that ends at once loses nothing: its events go out by beacon and again with the next page', async () => {
  await open('/', hasMarked('shown:headline'))
  await page.evaluate('window.pp.track("Left")')
  world.site.requests.clear()
  await open('/', `${shown} && ${isDelivered}`)
  // A beacon carries no mode that a script could choose (Fetch Standard, "no-cors").
  const [beacon, ...others] = world.site.requests.of('/pp/v1/batch').map(({ headers }) => headers['sec-fetch-mode'])
  expect(beacon).toBe('no-cors')
  expect(others.length).toBeGreaterThan(0)
  expect(events().filter((event) => event.type === 'track' && event.event === 'Left')).toHaveLength(1)
})

test('what has just been bought is not offered again from the cache', async () => {
  await open('/')
  await page.evaluate('window.pp.track("Bought")')
  await page.playwright.waitForFunction(isDelivered)
  await world.service.caughtUp()
  questions = []
  const frames = await open('/')
  expectPersonal(frames, { ...personal, call: 'Personal thanks' })
  expect(questions).toHaveLength(1)
})

test('what the brand tells of a visitor holds from the next view on', async () => {
  await open('/')
  await page.evaluate('window.pp.identify("u1", { plan: "gold" })')
  await page.playwright.waitForFunction(isDelivered)
  await world.service.caughtUp()
  expectPersonal(await open('/'), { ...personal, headline: 'Personal gold headline' })
})

test('under Global Privacy Control the brand tells of a visitor without an id', async () => {
  await page.playwright.addInitScript('Object.defineProperty(navigator, "globalPrivacyControl", { value: true })')
  await open('/')
  await page.evaluate('window.pp.identify("u1", { plan: "gold" })')
  await page.playwright.waitForFunction(isDelivered)
  const [told] = events().filter(({ type }) => type === 'identify')
  expect(told).toMatchObject({ traits: { plan: 'gold' } })
  expect(told).not.toHaveProperty('userId')
})

test('reset gives the browser a new identity, and events from before keep the old one', async () => {
  await open('/', `${shown} && ${isDelivered}`)
  const before = await page.evaluate<string>('document.cookie')
  batches = []
  await page.evaluate('window.pp.track("Before"), window.pp.reset(), window.pp.track("After")')
  await page.playwright.waitForFunction(
    `document.cookie && document.cookie !== ${JSON.stringify(before)} && ${isDelivered}`,
  )
  const tokenOf = (name: string): string | undefined =>
    batches.find(({ batch }) => batch.some((event) => event.type === 'track' && event.event === name))?.token
  await expect.poll(() => tokenOf('After'), { timeout: 30_000 }).toBeDefined()
  expect(`pp_id=${tokenOf('Before')}`).toBe(before)
  expect(`pp_id=${tokenOf('After')}`).toBe(await page.evaluate('document.cookie'))
})

test('a selector that matches nothing is reported, and the page is as it was', async () => {
  const attributes = { ...patientTag, 'data-slots': '{"banner":".banner","gone":"#gone","broken":"<<"}' }
  world.pages['/selectors'] = brandPage(labHead(attributes))
  expectPersonal(await open('/selectors', `${shown} && ${isDelivered}`))
  const missing = events().flatMap((event) =>
    event.type === 'track' && event.event === 'pp:missing' ? [event.properties] : [],
  )
  expect(missing).toEqual([
    { slot: 'gone', selector: '#gone' },
    { slot: 'broken', selector: '<<' },
  ])
})

test('after three failures in a row nothing is hidden any more, until a decision comes in time', async () => {
  const hiddenIn = async (): Promise<boolean> => {
    const frames = await open('/', `${isLoaded} && ${hasMarked('fallback:timeout')}`)
    return probes.some(({ slot }) => longestHiddenMs(frames, slot) > 0)
  }
  world.fault.setFault({ kind: 'never' })
  for (const isHidden of [true, true, true, false]) expect(await hiddenIn()).toBe(isHidden)
  world.fault.setFault({ kind: 'none' })
  await open('/', `${hasMarked('late:headline')} || ${hasMarked('shown:headline')}`)
  // The answer is in the cache now: this view has it in time, and the next failure may hide again.
  await open('/', `${shown} && performance.getEntriesByName(location.origin + '/pp/v1/decide').length`)
  await page.playwright.waitForFunction(`JSON.parse(localStorage.pp).failures === 0`)
})

test.each([
  ['slots that are no JSON', { 'data-slots': '{' }],
  ['no site', { 'data-site': '' }],
  ['a budget that is no number', { 'data-budget': 'long' }],
])('a tag with %s throws nothing into the page', async (name, wrong) => {
  const path = `/${name.replaceAll(' ', '-')}`
  world.pages[path] = brandPage(labHead({ ...tagAttributes, ...wrong }))
  await open(path, isLoaded)
  expect(await page.evaluate('document.querySelector("h1").checkVisibility({ visibilityProperty: true })')).toBe(true)
  expect(await page.evaluate('typeof window.pp.track')).toBe('function')
})

test("Chromium's own pictures show the personal colour and never the original one before it", async () => {
  const rectangle =
    '(() => { const { x, y } = document.querySelector(".picture").getBoundingClientRect(); return { x: Math.round(x) + 50, y: Math.round(y) + 50 } })()'
  await open('/')
  const point = await page.evaluate<{ x: number; y: number }>(rectangle)
  for (const visitor of ['new', 'returning']) {
    if (visitor === 'new') await page.evaluate('localStorage.clear()')
    await page.playwright.goto('about:blank')
    const cast = await startScreencast(page)
    await open('/')
    const seen = (await cast.stop()).map((frame) => classify(frame, point))
    expect({ visitor, seen }).toEqual({ visitor, seen: expect.arrayContaining(['personal']) })
    expect({ visitor, seen }).toEqual({ visitor, seen: expect.not.arrayContaining(['original']) })
  }
})
