import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { createSite, type Site } from '../../lab/network/site.ts'
import type { FrameLog, Probe } from '../../lab/sampler/frame-log.ts'
import * as frames from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import { browserNames } from '../../scripts/browsers.mjs'

const VIEWS = 5

/**
 * Each plant runs in the load event, where no frame can come between two of its statements. `show` puts the original
 * into the page, `swap` makes it personal, `after(n, f)` calls f in the rAF callback of the n-th frame from now.
 */
const plants = {
  'one-frame flicker': { script: 'show(); after(2, swap)', originalFrames: 1, isHidden: false },
  'three-frame flicker': { script: 'show(); after(4, swap)', originalFrames: 3, isHidden: false },
  'swap in the same task': { script: 'show(); swap()', originalFrames: 0, isHidden: false },
  'swap in the same frame, in rAF': { script: 'show(); after(1, swap)', originalFrames: 0, isHidden: false },
  'swap while hidden': {
    script: 'hide(); show(); after(4, () => { swap(); reveal() })',
    originalFrames: 0,
    isHidden: true,
  },
  'reveal one frame too early': {
    script: 'hide(); show(); after(4, reveal); after(5, swap)',
    originalFrames: 1,
    isHidden: true,
  },
  'visible child of a hidden slot': {
    script: `hide(); show(); slot().firstElementChild.style.visibility = 'visible'
      after(2, () => { swap(); reveal() })`,
    originalFrames: 1,
    isHidden: false,
  },
} as const

const vocabulary = `
  const slot = () => document.querySelector('[data-slot]')
  const show = () => { document.body.innerHTML = '<section data-slot><h1>Good morning</h1></section>' }
  const swap = () => { slot().innerHTML = '<h1>Welcome back, runner</h1>'; window.swapped = true }
  const sheet = document.createElement('style')
  sheet.textContent = '[data-slot] { visibility: hidden }'
  const hide = () => document.head.append(sheet)
  const reveal = () => sheet.remove()
  const after = (n, act) => requestAnimationFrame(() => n > 1 ? after(n - 1, act) : act())`

const heroText: Probe = { slot: 'hero', selector: '[data-slot]', kind: 'text', original: 'Good morning' }

function pageOf(probes: Probe[], body: string): string {
  return `<!doctype html><head><script>${samplerScript(probes)}</script></head><body>${body}`
}

function plantedPage(script: string): string {
  return pageOf([heroText], `<script>${vocabulary};addEventListener('load', () => { ${script} })</script>`)
}

let site: Site
let browsers: Browser[]

beforeAll(async () => {
  const pages = Object.entries(plants).map(([name, { script }]) => [
    `/${encodeURIComponent(name)}`,
    { chunks: [{ html: plantedPage(script) }] },
  ])
  site = await createSite({ pages: { ...Object.fromEntries(pages), ...furtherPages } })
  browsers = await openBrowsers()
})

afterAll(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()))
  await site?.close()
})

const furtherPages = {
  // The parser waits inside the slot: the first half of the original is painted long before the swap. The words before
  // it are for WebKitGTK 2.50, which runs no frame while the page has only a word or two.
  '/border': {
    chunks: [
      { html: pageOf([heroText], `<p>${'Words. '.repeat(50)}</p><section data-slot><h1>Good`) },
      { html: ` morning</h1></section><script>${vocabulary};after(2, swap)</script>`, delayMs: 300 },
    ],
  },
  '/fallback': {
    chunks: [
      { html: pageOf([heroText], '<section data-slot><h1>Good morning</h1></section><script>swapped = true</script>') },
    ],
  },
  '/colors': {
    chunks: [
      {
        html: pageOf(
          [{ slot: 'link', selector: '#link', kind: 'colors', original: 'rgb(255, 0, 0) on rgb(0, 0, 0)' }],
          `<script>${vocabulary};addEventListener('load', () => {
            document.body.innerHTML = '<style>#link { transition: color 400ms linear; color: #f00; background: #000 } #link.swapped { color: #00f }</style><a id="link">Good morning</a>'
            after(2, () => { link.className = 'swapped' })
            link.addEventListener('transitionend', () => { swapped = true })
          })</script>`,
        ),
      },
    ],
  },
  '/images': {
    chunks: [
      {
        html: pageOf(
          [
            { slot: 'photo', selector: '#photo', kind: 'src', original: '/a.png' },
            { slot: 'banner', selector: '#banner', kind: 'background', original: '/a.png' },
          ],
          `<script>${vocabulary};addEventListener('load', () => {
            document.body.innerHTML = '<img id="photo" src="/a.png" width=9 height=9>' +
              '<div id="banner" style="height:9px;background-image:url(/a.png)"></div>'
            after(2, () => { photo.src = '/b.png' })
            after(1, () => { banner.style.backgroundImage = 'url(/b.png)' })
            after(3, () => { swapped = true })
          })</script>`,
        ),
      },
    ],
  },
}

/** The log of each view, all by one visitor. */
async function framesOf(browserName: string, path: string): Promise<FrameLog[]> {
  const browser = browsers.find(({ name }) => name === browserName)
  if (!browser) throw new Error(`${browserName} is not open`)
  const page = await browser.open()
  const logs: FrameLog[] = []
  try {
    while (logs.length < VIEWS) {
      await page.goto(site.origin + path, { until: 'load' })
      logs.push(await readFrames(page, 'window.swapped'))
    }
    return logs
  } finally {
    await page.close()
  }
}

const cases = browserNames().flatMap((browser) =>
  Object.entries(plants).map(([name, plant]) => ({ browser, name, ...plant })),
)

test.each(cases)('in $browser the detector sees a $name as it is', async (plant) => {
  const { browser, name, originalFrames, isHidden } = plant
  for (const log of await framesOf(browser, `/${encodeURIComponent(name)}`)) {
    expect(frames.originalFramesBeforePersonal(log, 'hero')).toBe(originalFrames)
    expect(frames.paintableHiddenMs(log, 'hero') > 0).toBe(isHidden)
    expect(frames.personalShown(log, 'hero')).toBe(true)
    expect(frames.finalSignature(log, 'hero')).toBe('Welcome back, runner')
    expect(frames.fallbackFrames(log, 'hero')).toBe(0)
  }
})

test.each(browserNames())('in %s the detector sees each step of a transition', async (browser) => {
  for (const log of await framesOf(browser, '/colors')) {
    const colors = log.slots['link']?.states.map(({ signature }) => signature).filter(Boolean) ?? []
    expect(colors[0]).toBe('rgb(255, 0, 0) on rgb(0, 0, 0)')
    expect(colors.at(-1)).toBe('rgb(0, 0, 255) on rgb(0, 0, 0)')
    expect(colors.length).toBeGreaterThan(2)
  }
})

test.each(browserNames())('in %s half an original, painted while the parser waits, is flicker', async (browser) => {
  for (const log of await framesOf(browser, '/border')) {
    expect(log.slots['hero']?.states.map(({ signature }) => signature)).toContain('Good')
    // How many depends on the machine: 2 to 5 in a WebKit beside load.
    expect(frames.originalFramesBeforePersonal(log, 'hero')).toBeGreaterThan(0)
  }
})

test.each(browserNames())('in %s an original that stays is a fallback and no flicker', async (browser) => {
  for (const log of await framesOf(browser, '/fallback')) {
    expect(frames.originalFramesBeforePersonal(log, 'hero')).toBe(0)
    expect(frames.fallbackFrames(log, 'hero')).toBeGreaterThanOrEqual(2)
    expect(frames.personalShown(log, 'hero')).toBe(false)
  }
})

test.each(browserNames())('in %s images and backgrounds are told apart by their addresses', async (browser) => {
  for (const log of await framesOf(browser, '/images')) {
    expect(frames.originalFramesBeforePersonal(log, 'photo')).toBe(1)
    expect(frames.originalFramesBeforePersonal(log, 'banner')).toBe(0)
    expect([frames.finalSignature(log, 'photo'), frames.finalSignature(log, 'banner')]).toEqual(['/b.png', '/b.png'])
  }
})
