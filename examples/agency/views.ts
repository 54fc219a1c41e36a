import type { ChromiumPage } from '../../lab/engine/chromium.ts'
import type { Probe } from '../../lab/sampler/frame-log.ts'
import { finalSignature, hiddenMs, originalFramesBeforePersonal, personalShown } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'

/** The agency's slots as its makers wrote them. */
export const probes: Probe[] = [
  { slot: 'masthead', selector: 'header.masthead', kind: 'background', original: '/assets/img/header-bg.jpg' },
  { slot: 'subheading', selector: '.masthead-subheading', kind: 'text', original: 'Welcome To Our Studio!' },
  { slot: 'headline', selector: '.masthead-heading', kind: 'text', original: "It's Nice To Meet You" },
]

/** One view of the page, as the smoke test expects it. */
export interface View {
  name: string
  query: string
  /** What each slot shows in the end; a slot that is not named shows the original. */
  expected: { [slot: string]: string }
  /** Takes the service away first. */
  isServiceDown?: true
  /** Opens the page in the browser of the view before. */
  isSameVisitor?: true
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

export const views: View[] = [
  {
    name: 'new visitor',
    query: '',
    expected: { masthead: '/agency/morning.svg', headline: 'A page made for you' },
    tier: 'live',
  },
  {
    name: 'returning, second view',
    query: '',
    expected: { masthead: '/agency/morning.svg', headline: 'A page made for you' },
    isSameVisitor: true,
    tier: 'cached',
  },
  {
    name: 'campaign link',
    query: '?utm_campaign=spring',
    expected: { masthead: '/agency/spring.svg', headline: 'Spring starts here' },
    tier: 'live',
  },
  { name: 'service down', query: '', expected: {}, isServiceDown: true, tier: 'default' },
]

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

/** Opens a view and measures it; what is not as it should be is listed in `problems`. */
export async function measure(page: ChromiumPage, origin: string, view: View): Promise<Measured> {
  await page.goto(`${origin}/${view.query}`, { until: 'load' })
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
      ...(personalShown(frames, slot) === isPersonal ? [] : [`${slot} ${isPersonal ? 'never' : 'once'} showed personal content`]),
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
