import type { ChromiumBrowser, ChromiumPage } from '../../lab/browser/chromium.ts'
import { finalSignature, hiddenMs, originalFramesBeforePersonal, personalShown } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import { act } from '../../lab/world/act.ts'
import type { Brand, RunningBrand, View } from './brand.ts'
import { linkQuery } from './customer.ts'
import { startBrand } from './start.ts'

/** Measurements of a view. */
export interface Measured {
  name: string
  tier: string
  /** From the question to the answer, in ms; `-` when nothing was asked before the slots were settled. */
  decisionMs: string
  hiddenMs: string
  originalFrames: number
  requestsBeforePaint: number
  problems: string[]
}

/** Reads the page's own facts: marks, our requests, and the first contentful paint. */
const facts = `(() => {
  const [paint] = performance.getEntriesByName('first-contentful-paint')
  const ours = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/pp/'))
  const marks = performance.getEntriesByType('mark').filter(({ name }) => name.startsWith('pp:'))
  const asked = ours.find(({ name }) => name.endsWith('/v1/decide'))
  return {
    marks: marks.map(({ name }) => name),
    settledMs: Math.max(0, ...marks.map(({ startTime }) => startTime)),
    askedMs: asked ? asked.startTime : Infinity,
    decisionMs: asked ? asked.duration : 0,
    before: ours.filter(({ startTime }) => startTime < paint.startTime).length,
    tier: JSON.parse(localStorage.pp || '{}').answer?.slots.headline.tier ?? 'default',
  }
})()`

interface Facts {
  marks: string[]
  settledMs: number
  askedMs: number | null
  decisionMs: number
  before: number
  tier: string
}

async function measure(page: ChromiumPage, running: RunningBrand, view: View): Promise<Measured> {
  const { brand, site } = running
  const { probes } = brand
  const query = view.customer ? await linkQuery(running, view.customer) : view.query
  await page.goto(`${site.origin}/${query}`, { until: 'load' })
  const settled = `performance.getEntriesByType('mark').some(({ name }) => /^pp:(shown|fallback)/.test(name))`
  const frames = await readFrames(page, `${settled} && performance.getEntriesByName('first-contentful-paint').length`)
  const { marks, settledMs, askedMs, decisionMs, before, tier } = await page.evaluate<Facts>(facts)
  const wasAsked = askedMs !== null && askedMs < settledMs
  const actualTier = marks.some((mark) => mark.startsWith('pp:fallback')) ? 'default' : wasAsked ? tier : 'cached'
  const originalFrames = probes.reduce((sum, { slot }) => sum + originalFramesBeforePersonal(frames, slot), 0)
  const problems = probes.flatMap(({ slot, original }) => {
    const isPersonal = view.expected[slot] !== undefined
    const actual = finalSignature(frames, slot)
    const wanted = view.expected[slot] ?? original
    return [
      ...(actual === wanted ? [] : [`${slot} shows "${actual}" instead of "${wanted}"`]),
      ...(personalShown(frames, slot) === isPersonal
        ? []
        : [`${slot} ${isPersonal ? 'never' : 'once'} showed personal content`]),
    ]
  })
  if (originalFrames > 0) problems.push(`${originalFrames} frames of the original were painted first`)
  if (actualTier !== view.tier) problems.push(`tier is ${actualTier} instead of ${view.tier}`)
  return {
    name: view.name,
    tier: actualTier,
    decisionMs: wasAsked ? decisionMs.toFixed(0) : '-',
    hiddenMs: Math.max(...probes.map(({ slot }) => hiddenMs(frames, slot))).toFixed(0),
    originalFrames,
    requestsBeforePaint: before,
    problems,
  }
}

/**
 * Starts a brand whose page watches its own frames. What is on trial is what each visitor sees and not how fast this
 * machine is: the budget is as long as the limit after boot allows.
 */
export function startMeasured(brand: Brand): Promise<RunningBrand> {
  const before = `<script>${samplerScript(brand.probes)}</script>`
  return startBrand(brand, { before, attributes: { 'data-consent': 'granted', 'data-budget': '800' } })
}

/** Lets every kind of visitor look at the page; what is not as it should be is listed in `problems`. */
export async function lookAt(
  running: RunningBrand,
  browser: ChromiumBrowser,
  onView: (view: View, page: ChromiumPage) => Promise<void> = async () => undefined,
): Promise<Measured[]> {
  const results: Measured[] = []
  let page = await browser.open()
  // A browser's very first page is slower than any other.
  await page.goto(`${running.site.origin}/bare`, { until: 'load' })
  for (const view of running.brand.views) {
    if (view.act) {
      await act(page, view.act.expression, view.act.event)
      await running.service.caughtUp()
    }
    if (!view.isSameVisitor) {
      await page.close()
      page = await browser.open()
    }
    running.fault.setFault({ kind: view.isServiceDown ? 'refuse' : 'none' })
    results.push(await measure(page, running, view))
    await onView(view, page)
  }
  await page.close()
  return results
}
