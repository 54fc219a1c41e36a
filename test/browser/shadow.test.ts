import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import type { SitePage } from '../../lab/network/site.ts'
import type { Probe } from '../../lab/sampler/frame-log.ts'
import { finalSignature, originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { hasMarked, isAnswerKept, isLoaded, patientTag, view } from './expectations.ts'

const probe: Probe = {
  slot: 'headline',
  host: 'x-card',
  selector: 'h1',
  kind: 'text',
  original: 'Original headline of the card',
}

const SLOT = `<h1 data-pp-slot="headline">${probe.original}</h1>`

/** Defines the element, which fills a root of its own. */
const define = (then = ''): string => `customElements.define('x-card', class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' })
    root.innerHTML = '${SLOT}'
    ${then}
  }
})`

/** The contents of the body, in pieces that arrive one after the other. */
const bodies: { [what: string]: string[] } = {
  'the root stands in the page': [`<x-card><template shadowrootmode="open">${SLOT}<slot></slot></template></x-card>`],
  'the root comes after its element': ['<x-card>', `<template shadowrootmode="open">${SLOT}</template></x-card>`],
  'the slot arrives in two pieces': [
    '<x-card><template shadowrootmode="open"><h1 data-pp-slot="headline">Original headline',
    ' of the card</h1></template></x-card>',
  ],
  'a script of the page defines the element': [`<x-card></x-card><script>${define()}</script>`],
  'a script defines the element before it comes': [`<script>${define()}</script>`, '<x-card></x-card>'],
  'a script defines the element after the page was painted, and tells': [
    `<x-card></x-card><script>
      addEventListener('load', () => setTimeout(() => { ${define('pp.observe(root)')} }, 500))
    </script>`,
  ],
}

let world: World
let browsers: Browser[]

function pageOf(pieces: string[]): SitePage {
  const [first = '', ...rest] = pieces
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8">${labHead(patientTag, [probe])}<title>Cards</title></head>`
  // The words are for WebKitGTK 2.50, which runs no frame while the page has only a word or two.
  const words = `<p>${'Some words of the brand. '.repeat(20)}</p>`
  return { chunks: [{ html: `${head}<body>${words}${first}` }, ...rest.map((html) => ({ html, delayMs: 120 }))] }
}

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers()])
  for (const [index, pieces] of Object.values(bodies).entries()) world.pages[`/${index}`] = pageOf(pieces)
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})

const cases = browserNames().flatMap((name) => Object.keys(bodies).map((what, index) => [name, what, index] as const))

test.each(cases)('%s: a slot in a shadow root is personal from its first frame: %s', async (name, _what, index) => {
  const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
  const page = await browser.open()
  for (const visitor of ['new', 'returning']) {
    const url = `${world.site.origin}/${index}`
    const frames = await view(page, url, `${isLoaded} && ${isAnswerKept} && ${hasMarked('shown:headline')}`)
    expect([visitor, originalFramesBeforePersonal(frames, 'headline')]).toEqual([visitor, 0])
    expect(finalSignature(frames, 'headline')).toBe('Personal headline')
  }
  await page.evaluate('pp.destroy()')
  await expect
    .poll(() => page.evaluate(`document.querySelector('x-card').shadowRoot.querySelector('h1').outerHTML`))
    .toBe(SLOT)
  await page.close()
})
