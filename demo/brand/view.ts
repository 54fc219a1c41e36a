import type { ChromiumEngine, ChromiumPage } from '../../lab/engine/chromium.ts'
import { finalSignature, hiddenMs, originalFramesBeforePersonal, personalShown } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import type { Brand } from './brand.ts'
import { type Customer, linkQuery } from './customer.ts'
import { type RunningBrand, startBrand } from './start.ts'

/** One view of a brand's page, and what it should be like. */
export interface View {
  name: string
  /** From the `?` on; empty without one. */
  query: string
  /** Opens the page by the link that the brand has sent to this customer. */
  customer?: Customer
  /** What each slot shows in the end; a slot that is not named shows the original. */
  expected: { [slot: string]: string }
  /** Takes the service away first. */
  isServiceDown?: true
  /** Opens the page in the browser of the view before. */
  isSameVisitor?: true
  /**
   * What the visitor does in the view before, as an expression in the page, and the event that it causes; the event has
   * reached the profile when this view begins.
   */
  act?: { expression: string; event: string }
  tier: string
}

/** What a view was like. */
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

/** What the page says of itself: marks, our requests, and when content was first painted. */
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

/** Does it, and waits until the service has acknowledged the event that it causes. */
export async function act(page: ChromiumPage, expression: string, event: string): Promise<void> {
  const isAcknowledged = page.playwright.waitForResponse(
    (response) =>
      response.url().endsWith('/v1/batch') && response.ok() && !!response.request().postData()?.includes(`"${event}"`),
  )
  await page.evaluate(expression)
  await isAcknowledged
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
  engine: ChromiumEngine,
  onView: (view: View, page: ChromiumPage) => Promise<void> = async () => undefined,
): Promise<Measured[]> {
  const results: Measured[] = []
  let page = await engine.open()
  // A browser's very first page is slower than any other.
  await page.goto(`${running.site.origin}/bare`, { until: 'load' })
  for (const view of running.brand.views) {
    if (view.act) {
      await act(page, view.act.expression, view.act.event)
      await running.service.caughtUp()
    }
    if (!view.isSameVisitor) {
      await page.close()
      page = await engine.open()
    }
    running.fault.setFault({ kind: view.isServiceDown ? 'refuse' : 'none' })
    results.push(await measure(page, running, view))
    await onView(view, page)
  }
  await page.close()
  return results
}
