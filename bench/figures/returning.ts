import type { ChromiumPage } from '../../lab/browser/chromium.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import { medianUpperBound } from '../../lab/statistics.ts'
import { brandPage, probes } from '../../lab/world/brand-page.ts'
import { labHead } from '../../lab/world/world.ts'
import { connect } from '../connection.ts'
import type { Measurement } from '../figure.ts'

const PAIRS = 40

const facts = `new Promise((resolve) => {
  const [{ startTime: paintMs }] = performance.getEntriesByName('first-contentful-paint')
  const [{ responseStart }] = performance.getEntriesByType('navigation')
  const ours = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/pp/'))
  // Chromium keeps these entries for observers alone. The picture is the largest paint, and its entry the last to come.
  new PerformanceObserver((list) => {
    const picture = list.getEntries().find(({ element }) => element?.tagName === 'IMG')
    if (!picture) return
    resolve({
      paintMs: paintMs - responseStart,
      largestMs: picture.startTime - responseStart,
      before: ours.filter(({ startTime }) => startTime < paintMs).length,
    })
  }).observe({ type: 'largest-contentful-paint', buffered: true })
})`

interface Facts {
  /** First contentful paint, in ms after the first byte. */
  paintMs: number
  /** Largest contentful paint, in ms after the first byte. */
  largestMs: number
  before: number
}

/** Makes the picture the largest thing in the page, as a shop's stage is: its own, or the personal one. */
const stage = '<style>img.picture { width: 600px; height: 400px }</style>'

async function view(page: ChromiumPage, url: string, isPersonal: boolean): Promise<Facts> {
  await page.goto(url, { until: 'load' })
  const isAsked = `performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/v1/decide'))`
  const hasPainted = `performance.getEntriesByName('first-contentful-paint').length > 0`
  await readFrames(page, isPersonal ? `${hasPainted} && ${isAsked}` : hasPainted)
  return page.evaluate<Facts>(facts)
}

/** Cost of the tag to a returning visitor, against the same page without it, in turn. */
export const returning: Measurement = {
  title: `returning visitor, ${PAIRS} pairs of views with and without the tag, 50 ms round trip`,
  families: ['returning.'],
  async measure() {
    const { world, browser, origin, close } = await connect(50, 0)
    world.pages['/bare'] = brandPage(`<script>${samplerScript(probes)}</script>${stage}`)
    world.pages['/'] = brandPage(labHead() + stage)
    const page = await browser.open()
    const paintAdded: number[] = []
    const largestAdded: number[] = []
    let before = 0
    // The first two bring the connection, the cache and the visitor.
    await view(page, `${origin}/bare`, false)
    await view(page, `${origin}/`, true)
    for (let pair = 0; pair < PAIRS; pair++) {
      const without = await view(page, `${origin}/bare`, false)
      const tagged = await view(page, `${origin}/`, true)
      paintAdded.push(tagged.paintMs - without.paintMs)
      largestAdded.push(tagged.largestMs - without.largestMs)
      before = Math.max(before, tagged.before)
    }
    await close()
    return [
      { name: 'returning.requestsBeforePaint', value: before, unit: 'requests', limit: 0 },
      { name: 'returning.fcpAddedMs', value: medianUpperBound(paintAdded), unit: 'ms', limit: 17 },
      { name: 'returning.lcpAddedMs', value: medianUpperBound(largestAdded), unit: 'ms', limit: 30 },
    ]
  },
}
