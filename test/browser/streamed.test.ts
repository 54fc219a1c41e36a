import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { finalSignature, originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { probes } from '../../lab/world/brand-page.ts'
import { renderStreamed } from '../../lab/world/streamed.mjs'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { hasMarked, isAnswerKept, isLoaded, patientTag, view } from './expectations.ts'

let world: World
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers()])
  const [shell, rest] = await renderStreamed(probes[0]?.original ?? '')
  // React holds the segment back, in an element that is hidden, until 300 ms after the shell was painted.
  expect([shell, rest]).toEqual([expect.stringContaining('<main>'), expect.stringMatching(/^<div hidden id="S:0"><h1/)])
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8">${labHead(patientTag)}<title>Stream</title></head>`
  world.pages['/'] = {
    chunks: [{ html: `${head}<body>${shell}` }, { html: `${rest}</body></html>`, delayMs: 150 }],
  }
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})

/** True once React has put the segment in the place of what waited. */
const isRevealed = `document.querySelector('main > h1')`

test.each(browserNames())('%s: a segment that React streams is personal when it is revealed', async (name) => {
  const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
  const page = await browser.open()
  for (const visitor of ['new', 'returning']) {
    const until = `${isLoaded} && ${isAnswerKept} && ${hasMarked('shown:headline')} && ${isRevealed}`
    const frames = await view(page, `${world.site.origin}/`, until)
    expect([visitor, originalFramesBeforePersonal(frames, 'headline')]).toEqual([visitor, 0])
    expect(finalSignature(frames, 'headline')).toBe('Personal headline')
  }
  await page.close()
})
