import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import type { BatchRequest, DecideResponse, Event, Operation, SlotDecision } from '../../src/protocol/index.ts'
import { hasMarked, isLate, isLoaded, patientTag } from './expectations.ts'

let world: World
let browser: ChromiumBrowser
let page: ChromiumPage
let batches: BatchRequest[]

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchChromium()])
})
afterAll(async () => {
  await browser.close()
  await world.close()
})
beforeEach(async () => {
  batches = []
  answered = () => Promise.resolve()
  page = await browser.open()
  page.playwright.on('request', (request) => {
    if (request.url().endsWith('/v1/batch')) batches.push(JSON.parse(request.postData() ?? '{}') as BatchRequest)
  })
})
afterEach(async () => {
  await page.close()
})

const head = labHead({ ...patientTag, 'data-slots': '{}' })

/** Delays the next answer until it resolves. */
let answered: () => Promise<unknown>

/** Opens a page with this body, whose slots the service answers with these operations, and resolves once it is as `until` says. */
async function open(body: string, operations: { [slot: string]: Operation[] }, until = isLoaded): Promise<void> {
  const slots = Object.fromEntries(
    Object.entries(operations).map(([slot, operations]): [string, SlotDecision] => [
      slot,
      { reason: 'match', tier: 'live', experience: `${slot}-experience`, variant: 'a', operations },
    ]),
  )
  const answer: DecideResponse = { v: 1, catalog: 'c', consent: 'granted', ttlMs: 60_000, token: 'a.b.c', slots }
  await page.playwright.route('**/v1/decide', async (route) => {
    await answered()
    await route.fulfill({ json: answer })
  })
  world.pages['/swap'] = { chunks: [{ html: `<!doctype html><html><head>${head}</head><body>${body}</body></html>` }] }
  await page.goto(world.site.origin + '/swap', { until: 'commit' })
  await page.playwright.waitForFunction(until)
}

const run = <Result>(script: string): Promise<Result> => page.evaluate<Result>(script)
const wait = (expression: string): Promise<unknown> => page.playwright.waitForFunction(expression)
/** Events wait up to two seconds for others to travel with. */
const delivery = { timeout: 10_000 }
/** Each event once: a batch that is tried again has the same ones. */
function tracked(name: string): Event[] {
  const events = new Map(batches.flatMap(({ batch }) => batch.map((event) => [event.messageId, event])))
  return [...events.values()].filter((event) => event.type === 'track' && event.event === name)
}

const text = (value: string): Operation => ({ op: 'text', value })
const attribute = (name: string, value: string | null): Operation => ({ op: 'attribute', name, value })

test.each([
  'style',
  'classList',
  'setAttribute',
  'removeAttribute',
  'getAttribute',
  'contains',
  'nextSibling',
  'parentNode',
  'localName',
])('a form gets its whole variant, and is put back, although one of its controls is called %s', async (name) => {
  const form = `<form data-pp-slot="filter" class="a" title="T"><input name="${name}"></form>`
  await open(`<main>${form}</main>`, {
    filter: [
      { op: 'class', name: 'wide', on: true },
      { op: 'style', name: 'border-color', value: 'red' },
      attribute('title', 'Personal'),
    ],
  })
  await wait(`${hasMarked('shown:filter')} && ${isLate}`)
  const html = `document.querySelector('main').innerHTML`
  const personal = form.replace('class="a" title="T"', 'class="a wide" title="Personal" style="border-color: red;"')
  expect(await run(html)).toBe(personal)
  await run('pp.destroy()')
  await wait(`!${html}.includes('Personal')`)
  expect(await run(html)).toBe(form)
})

test('a variant of which one operation fails is not carried out at all, and reported with its cause', async () => {
  const slot = '<p data-pp-slot="note" class="a">Original</p>'
  await open(`<main>${slot}</main>`, {
    note: [text('Personal'), { op: 'class', name: 'b', on: true }, attribute('no name', '')],
  })
  await wait(hasMarked('failed:note'))
  expect(await run(`document.querySelector('main').innerHTML`)).toBe(slot)
  await expect
    .poll(() => tracked('pp:assigned'), delivery)
    .toMatchObject([{ properties: { outcome: 'failed', cause: 'InvalidCharacterError' } }])
})

test('in a page of XML, HTML that is no XML is shown as in any page', async () => {
  const xmlHead = head.replaceAll(/(<script[^>]*>)([^]*?)(<\/script>)/g, '$1//<![CDATA[\n$2\n//]]>$3')
  const xml = `<html xmlns="http://www.w3.org/1999/xhtml"><head>${xmlHead}</head><body><p data-pp-slot="note">Original</p><hr/></body></html>`
  await page.playwright.route('**/xml', (route) => route.fulfill({ contentType: 'application/xhtml+xml', body: xml }))
  await open('', { note: [{ op: 'html', value: 'Personal <a href="/terms" data-terms>terms</a><br>' }] })
  await page.goto(world.site.origin + '/xml', { until: 'commit' })
  await wait(hasMarked('shown:note'))
  expect(
    await run(
      `[document.contentType, document.querySelector('[data-terms]').namespaceURI, document.querySelector('p').textContent]`,
    ),
  ).toEqual(['application/xhtml+xml', 'http://www.w3.org/1999/xhtml', 'Personal terms'])
})

test('HTML that has come from elsewhere runs nothing, where the browser has a sanitiser', async () => {
  const html =
    'Personal<img src="/none.svg" onerror="window.ran = 1"><svg><use href="data:image/svg+xml,x#y"/></svg><iframe srcdoc="x"></iframe>'
  await open('<p data-pp-slot="note">Original</p><hr>', { note: [{ op: 'html', value: html }] })
  await wait(`${hasMarked('shown:note')} && typeof Element.prototype.setHTML === 'function'`)
  expect(await run(`[document.querySelectorAll('iframe, [onerror]').length, window.ran]`)).toEqual([0, null])
})

test('every element of a slot is personal, and the slot is reported once', async () => {
  const menu = (display: string): string =>
    `<nav style="display: ${display}"><a data-pp-slot="menu" href="#">Original</a></nav>`
  await open(
    `${menu('none')}${menu('block')}${menu('block')}<hr>`,
    { menu: [text('Personal')] },
    `${isLoaded} && ${isLate}`,
  )
  await wait(hasMarked('shown:menu'))
  expect(await run(`[...document.querySelectorAll('a')].map((a) => a.textContent)`)).toEqual([
    'Personal',
    'Personal',
    'Personal',
  ])
  await expect.poll(() => tracked('pp:seen').length, delivery).toBe(1)
  expect(tracked('pp:assigned')).toHaveLength(1)
  await run(`document.querySelectorAll('a').forEach((a) => { a.textContent = 'Original' })`)
  await wait(`[...document.querySelectorAll('a')].every((a) => a.textContent === 'Personal')`)
  await run('pp.destroy()')
  await wait(`[...document.querySelectorAll('a')].every((a) => a.textContent === 'Original')`)
})

test('a variant that repeats the mark of its slot is shown once, for new and returning visitors', async () => {
  const operations: Operation[] = [{ op: 'html', value: '<p data-pp-slot="promo">Personal</p>' }]
  for (const visitor of ['new', 'returning']) {
    await open(
      '<div data-pp-slot="promo">Original</div><hr>',
      { promo: operations },
      `${isLoaded} && ${hasMarked('shown:promo')}`,
    )
    expect([visitor, await run(`document.querySelectorAll('p').length`)]).toEqual([visitor, 1])
  }
})

test('two scripts that replace the elements of one slot while the page loads come to an end', async () => {
  const script = `<script>new MutationObserver(() => {
    const slot = document.querySelector('[data-pp-slot=fight]')
    if (slot && slot.textContent !== 'Original') slot.outerHTML = '<p data-pp-slot="fight">Original</p>'
  }).observe(document, { childList: true, subtree: true })</script>`
  await open(`${script}<p data-pp-slot="fight">Original</p><hr>`, { fight: [text('Personal')] })
  await open(`${script}<p data-pp-slot="fight">Original</p><hr>`, { fight: [text('Personal')] })
  expect(await run('document.readyState')).toBe('complete')
})

const SVG = (colour: string, size: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="100%" height="100%" fill="${colour}"/></svg>`

/** Serves pictures; the personal ones come when the test lets them, and `/none.svg` never. */
async function pictures(): Promise<() => void> {
  const gate = Promise.withResolvers<void>()
  await page.playwright.route('**/*.svg', async (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/personal.svg') await gate.promise
    if (pathname === '/none.svg') await route.fulfill({ status: 404, body: '' })
    else
      await route.fulfill({
        contentType: 'image/svg+xml',
        body: pathname === '/personal.svg' ? SVG('red', 80) : SVG('blue', 120),
      })
  })
  return gate.resolve
}

const picture = [attribute('srcset', null), attribute('src', '/personal.svg'), attribute('alt', 'Personal')]

test('a picture keeps its box until the other one is there, and the old one is not seen meanwhile', async () => {
  const bring = await pictures()
  const state = `(({ height }, { visibility }) => [height, visibility])(document.querySelector('img').getBoundingClientRect(), getComputedStyle(document.querySelector('img')))`
  // The original is there when the decision comes: its box has to last.
  answered = () => wait(`document.querySelector('img')?.naturalHeight === 120`)
  await open(
    '<img data-pp-slot="picture" src="/original.svg" alt="Original"><p>Below</p>',
    { picture },
    hasMarked('shown:picture'),
  )
  expect(await run(state)).toEqual([120, 'hidden'])
  bring()
  await wait(`getComputedStyle(document.querySelector('img')).visibility === 'visible'`)
  expect(await run(state)).toEqual([80, 'visible'])
})

test('a picture with other sources shows the personal one, and gets its sources back', async () => {
  ;(await pictures())()
  const html =
    '<picture><source type="image/svg+xml" srcset="/wide.svg"><source media="(min-width: 1px)" srcset="/other.svg"><img data-pp-slot="picture" src="/original.svg" alt="Original"></picture>'
  await open(`<main>${html}</main>`, { picture }, `${isLoaded} && ${isLate}`)
  await wait(`document.querySelector('img').currentSrc.endsWith('/personal.svg')`)
  await run('pp.destroy()')
  await wait(`document.querySelector('img').currentSrc.endsWith('/wide.svg')`)
  expect(await run(`document.querySelector('main').innerHTML`)).toBe(html)
})

test("a picture that cannot be loaded gives way to the page's own, and is reported as failed", async () => {
  ;(await pictures())()
  const html =
    '<picture><source type="image/svg+xml" srcset="/wide.svg"><img data-pp-slot="picture" src="/original.svg" alt="Original"></picture>'
  await open(
    `<main>${html}</main>`,
    { picture: [attribute('src', '/none.svg'), { op: 'class', name: 'b', on: true }] },
    `${isLoaded} && ${isLate}`,
  )
  await wait(hasMarked('failed:picture'))
  await wait(`document.querySelector('img').currentSrc.endsWith('/wide.svg')`)
  expect(await run(`document.querySelector('source').outerHTML`)).toBe(
    '<source type="image/svg+xml" srcset="/wide.svg">',
  )
  expect(await run(`document.querySelector('img').outerHTML`)).toMatch(
    /src="\/original\.svg" alt="Original"( class="")?>$/,
  )
  await expect
    .poll(() => tracked('pp:assigned'), delivery)
    .toMatchObject([{ properties: { outcome: 'shown' } }, { properties: { outcome: 'failed', cause: 'picture' } }])
})

test("a picture that does not come gives way to the page's own", async () => {
  await pictures()
  await open('<img data-pp-slot="picture" src="/original.svg" alt="Original">', { picture }, hasMarked('shown:picture'))
  await wait(hasMarked('failed:picture'))
  await wait(`document.querySelector('img').complete`)
  expect(await run(`document.querySelector('img').outerHTML`)).toBe(
    '<img data-pp-slot="picture" src="/original.svg" alt="Original">',
  )
})

test('a slot that is only in a shadow root of which nobody has told is reported as missing', async () => {
  // The page is not whole, and its component does not come, until nobody looks for roots any more.
  await page.playwright.route('**/slow.svg', async (route) => {
    await wait(isLate)
    await route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' })
  })
  const html = `<p data-pp-slot="light">Original</p><x-card></x-card><img src="/slow.svg"><script>addEventListener('load', () => {
    document.querySelector('x-card').attachShadow({ mode: 'open' }).innerHTML = '<h2 data-pp-slot="dark">Original</h2>'
  })</script>`
  await open(html, { light: [text('Personal')], dark: [text('Personal')] }, `${isLoaded} && ${isLate}`)
  await wait(hasMarked('missing:dark'))
  await expect.poll(() => tracked('pp:missing'), delivery).toMatchObject([{ properties: { slot: 'dark' } }])
})
