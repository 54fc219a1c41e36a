import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { launchPrerenderingChromium } from '../../lab/browser/prerendering-chromium.ts'
import { finalSignature, originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { brandPage, personal, probes } from '../../lab/world/brand-page.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import type { BatchRequest, Event } from '../../src/protocol/index.ts'
import { allShown, isAnswerKept, isLoaded, marks, patientTag, view } from './expectations.ts'

/**
 * Calls the client as a page does that nobody sees yet, tells the site that the page stands longer than any budget lasts, and keeps the
 * bodies that are sent.
 */
const script = `<script>
  window.bodies = []
  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (body) {
    bodies.push(body)
    send.call(this, body)
  }
  addEventListener('load', () => {
    pp.track('Product Viewed', { sku: 'b-7' })
    setTimeout(() => fetch('/prerendered?' + document.prerendering), 900)
  })
</script>`

let world: World
let browser: Browser
let page: Page

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchPrerenderingChromium()])
  const rules = { prerender: [{ urls: ['/next'], eagerness: 'immediate' }] }
  const html = `<!doctype html><title>Start</title><script type="speculationrules">${JSON.stringify(rules)}</script><a href="/next">Next</a>`
  world.pages['/start'] = { chunks: [{ html }] }
  world.pages['/next'] = brandPage(labHead(patientTag) + script)
})
afterAll(async () => {
  await browser.close()
  await world.close()
})
beforeEach(async () => {
  page = await browser.open()
})

/** Opens a page that has the next one rendered in advance, and waits until that one has stood there for longer than any budget. */
async function prerender(): Promise<void> {
  world.site.requests.clear()
  await page.goto(`${world.site.origin}/start`, { until: 'load' })
  await expect.poll(() => world.site.requests.of('/prerendered')[0]?.query, { timeout: 20_000 }).toBe('?true')
}

/** Follows the link to the page. */
async function show(): Promise<void> {
  await page.evaluate(`void setTimeout(() => document.querySelector('a').click())`)
  await expect.poll(() => page.evaluate('location.pathname').catch(() => ''), { timeout: 20_000 }).toBe('/next')
  expect(await page.evaluate(`performance.getEntriesByType('navigation')[0].activationStart > 0`)).toBe(true)
}

const asked = (): number => world.site.requests.of('/pp/v1/decide').length

test('a page that is rendered in advance asks, counts and stores nothing before it is shown', async () => {
  await prerender()
  expect(asked()).toBe(0)
  expect(world.site.requests.of('/pp/v1/batch')).toEqual([])
  expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, ''])
  await show()
  const frames = await readFrames(page, allShown)
  for (const { slot } of probes) {
    expect([slot, originalFramesBeforePersonal(frames, slot)]).toEqual([slot, 0])
    expect(finalSignature(frames, slot)).toBe(personal[slot])
  }
  expect(asked()).toBe(1)
  await page.close()
})

test('a returning visitor sees a page that was rendered in advance personal in its first frame', async () => {
  await view(page, `${world.site.origin}/next`, `${isAnswerKept} && ${isLoaded} && ${allShown}`)
  const views = await page.evaluate<number>('JSON.parse(localStorage.pp).session.views')
  await prerender()
  expect(await page.evaluate('JSON.parse(localStorage.pp).session.views')).toBe(views)
  await show()
  const frames = await readFrames(page, allShown)
  for (const { slot, kind } of probes) {
    const seen = frames.slots[slot]?.states.filter(({ isHidden }) => !isHidden) ?? []
    expect([slot, ...new Set(seen.map(({ signature }) => signature))]).toEqual([slot, personal[slot]])
    // The first frame has whatever needs no file.
    if (kind === 'text') expect([slot, seen[0]?.frame]).toEqual([slot, 0])
  }
  expect((await marks(page)).filter((mark) => mark.startsWith('fallback'))).toEqual([])
  await expect
    .poll(() => page.evaluate('JSON.parse(localStorage.pp).session.views'), { timeout: 20_000 })
    .toBe(views + 1)
  await page.close()
})

test('what a page calls while it is rendered in advance is carried out once it is shown', async () => {
  await prerender()
  await show()
  const sent = async (): Promise<Event[]> => {
    const bodies = await page.evaluate<Partial<BatchRequest>[]>('bodies.map((body) => JSON.parse(body))')
    return bodies.flatMap(({ batch = [] }) => batch)
  }
  const shownMs = await page.evaluate<number>(
    `performance.timeOrigin + performance.getEntriesByType('navigation')[0].activationStart`,
  )
  await expect
    .poll(sent, { timeout: 20_000 })
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'Product Viewed' }),
        expect.objectContaining({ type: 'page' }),
      ]),
    )
  for (const { timestamp } of await sent()) expect(Date.parse(timestamp) + 1).toBeGreaterThan(shownMs)
  await page.close()
})
