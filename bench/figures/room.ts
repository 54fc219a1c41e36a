import { fileURLToPath } from 'node:url'
import { type ChromiumBrowser, launchChromium } from '../../lab/browser/chromium.ts'
import { roomPage } from '../../lab/world/room/room-page.ts'
import { readBuilt } from '../../lab/world/tag.ts'
import { createWorld } from '../../lab/world/world.ts'
import { loadCatalog } from '../../server/src/catalog/load.ts'
import { createSnippet } from '../../server/src/snippet/tag.ts'
import type { Measurement } from '../figure.ts'

/** Widths of a phone, a tablet and a desktop, in CSS px. */
const WIDTHS = [360, 768, 1_280]

/** Visitors of whom one must be shown the variant. */
const VISITORS = 8

/** Time until the answer, in ms: the page is painted before. */
const DECISION_MS = 80

/** Layout shifts that are less are none that anybody sees (web-vitals calls up to 0.1 good). */
const LIMIT = 0.001

interface Shifts {
  cls: number
  outcome: string
}

/** Resolves ten frames after the slot's decision was carried out, with the sum of the page's layout shifts. */
const shifts = `new Promise((resolve) => {
  let cls = 0
  let more = 10
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (cls += value))).observe({ type: 'layout-shift', buffered: true })
  const look = () => {
    const [mark] = performance.getEntriesByType('mark').filter(({ name }) => /^pp:(shown|late)/.test(name))
    if (mark && more-- < 0) resolve({ cls, outcome: mark.name })
    else requestAnimationFrame(look)
  }
  look()
})`

/** Returns the layout shifts of a new visitor to whom the variant is shown: on a busy machine it may be late, and would move nothing. */
async function shiftAt(browser: ChromiumBrowser, url: string, width: number): Promise<number> {
  for (let visitor = 0; visitor < VISITORS; visitor++) {
    const page = await browser.open()
    await page.playwright.setViewportSize({ width, height: 640 })
    await page.goto(url, { until: 'load' })
    const { cls, outcome } = await page.evaluate<Shifts>(shifts)
    await page.close()
    if (outcome.startsWith('pp:shown')) return cls
  }
  throw new Error(`${url} at ${width} px: the answer was late for each of ${VISITORS} visitors`)
}

/** Returns the largest shift of all widths. */
async function worstShift(browser: ChromiumBrowser, url: string): Promise<number> {
  const all: number[] = []
  for (const width of WIDTHS) all.push(await shiftAt(browser, url, width))
  return Math.max(...all)
}

/** Shifts by a variant that is twice as long as the page's own text. */
export const room: Measurement = {
  title: `layout shifts at ${WIDTHS.join(', ')} px, a variant twice as long, with reserved room and without`,
  families: ['spa.cls'],
  async measure() {
    const catalog = 'room/catalog.yaml'
    const [world, browser] = await Promise.all([createWorld({ catalog }), launchChromium()])
    const site = await loadCatalog(fileURLToPath(new URL(`../../lab/world/${catalog}`, import.meta.url)))
    const { tag } = createSnippet('inline', { site, endpoint: '/pp', runtime: readBuilt('prepaint.js'), stub: '' })
    // Longer than any answer here needs on a busy machine: a slot that stays as it is would move nothing.
    const head = tag.replace('<script ', '<script data-consent="granted" data-budget="700" ')
    world.pages['/roomy'] = roomPage('roomy', head)
    world.pages['/tight'] = roomPage('tight', head)
    world.fault.setFault({ kind: 'delay', delayMs: DECISION_MS })
    const reserved = await worstShift(browser, `${world.site.origin}/roomy`)
    const unreserved = await worstShift(browser, `${world.site.origin}/tight`)
    await browser.close()
    await world.close()
    process.stderr.write(`without reserved room: ${unreserved.toFixed(3)}\n`)
    return [
      {
        name: 'spa.cls',
        value: reserved,
        unit: 'shift',
        limit: LIMIT,
        ...(unreserved <= LIMIT && { flaw: 'nothing moves without reserved room either' }),
      },
    ]
  },
}
