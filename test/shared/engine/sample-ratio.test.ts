import { expect, test } from 'vitest'
import { compile, decide } from '../../../src/engine/index.ts'

const VISITS = 20_000
const BUDGET_MS = 200
/** The quantile of the chi-square distribution with 1 degree of freedom that p = 0.01 stands for. */
const MISMATCH = 6.635

const variants = ['fast', 'slow'] as const
type VariantId = (typeof variants)[number]

const compiled = compile({
  version: 'v',
  site: 'shop',
  slots: [{ name: 'hero' }],
  audiences: {},
  experiences: [
    {
      id: 'hero-test',
      slot: 'hero',
      coverage: 1,
      seed: 'hero-test',
      variants: variants.map((id) => ({ id, weight: 0.5, operations: [{ op: 'text', value: id }] })),
    },
  ],
})

/** Mulberry32: the same visits in every run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Visit {
  variant: VariantId
  answerMs: number
  /** Time at which the visitor leaves. */
  endMs: number
}

function visits(): Visit[] {
  const random = createRandom(1)
  const exponential = (mean: number): number => -mean * Math.log(1 - random())
  return Array.from({ length: VISITS }, (_none, index) => {
    const page = { path: '/', campaign: '', referrer: '', device: 'mobile' as const, language: 'en' }
    const variant = decide(compiled, { visitorId: `visitor-${index}`, page, nowMs: 0 })[0]?.variant?.id as VariantId
    return { variant, answerMs: 40 + exponential(60) + (variant === 'slow' ? 300 : 0), endMs: exponential(30_000) }
  })
}

/** Chi-square of an even split. */
function mismatch(counted: readonly Visit[]): number {
  const fast = counted.filter(({ variant }) => variant === 'fast').length
  return (2 * fast - counted.length) ** 2 / counted.length
}

// What the tag does: an answer within the budget is shown, one after it is late, and both are reported as `pp:assigned`
// as soon as the answer is there. Who has left by then reports nothing, in either variant.
const reported = visits().filter(({ answerMs, endMs }) => endMs > answerMs)
const shown = reported.filter(({ answerMs }) => answerMs <= BUDGET_MS)

test('20,000 visits with one variant 300 ms slower show no sample-ratio mismatch on what was assigned (p > 0.01)', () => {
  expect(reported.length).toBeGreaterThan(VISITS * 0.95)
  expect(mismatch(reported)).toBeLessThan(MISMATCH)
})

test('counting only what was shown would show one', () => {
  expect(mismatch(shown)).toBeGreaterThan(MISMATCH)
})
