import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { finalSignature } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { reactPage } from '../../lab/world/react-page.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { allShown, expectPersonal, isAnswerKept, isLate, isLoaded, patientTag, view } from './expectations.ts'

let world: World
let browser: ChromiumBrowser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchChromium()])
  world.pages['/react'] = await reactPage(labHead(patientTag))
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

/** A returning visitor's page, with the late chunk, before React comes. */
async function openPage(): Promise<ChromiumPage> {
  const page = await browser.open()
  await view(page, `${world.site.origin}/react`, `${isAnswerKept} && ${isLoaded}`)
  await view(page, `${world.site.origin}/react`, `${allShown} && ${isLoaded} && ${isLate}`)
  return page
}

const headline = `document.querySelector('h1').textContent`

test('what React renders anew when it comes to life is personal again before it can be painted', async () => {
  const page = await openPage()
  await page.evaluate('void (window.slot = document.querySelector("h1"), window.hydrate())')
  expectPersonal(
    await readFrames(page, `document.querySelector('h1') !== window.slot && ${headline} === 'Personal headline'`),
  )
  await page.close()
})

test('a slot that React goes on rendering anew is personal again each time', async () => {
  const page = await openPage()
  await page.evaluate('void window.hydrate()')
  await readFrames(page, `window.renderHeadline && ${headline} === 'Personal headline'`)
  for (let render = 0; render < 2; render++) {
    await page.evaluate('void (window.slot = document.querySelector("h1"), window.renderHeadline())')
    await readFrames(page, `document.querySelector('h1') !== window.slot && ${headline} === 'Personal headline'`)
  }
  await page.close()
})

test('a slot into which React renders something else belongs to the page', async () => {
  const page = await openPage()
  await page.evaluate('void window.hydrate()')
  await readFrames(page, 'window.renderHeadline')
  await page.evaluate(`window.renderHeadline('Three things in your cart')`)
  // Longer than any wait before a variant is put back.
  const frames = await readFrames(page, `performance.now() > (window.until ??= performance.now() + 500)`)
  expect(finalSignature(frames, 'headline')).toBe('Three things in your cart')
  await page.close()
})
