import { compile, decide, type SlotOutcome } from 'prepaint/engine'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createAnswerBytes } from '../../src/decide/answer-bytes.ts'
import { createDecisionOf } from '../../src/decide/slot-decision.ts'

const VARIANTS = [{ id: 'a', weight: 1, operations: [{ op: 'text' as const, value: 'a "quoted" </script> text' }] }]

function outcome(): SlotOutcome {
  const experiences = [{ id: 'e', slot: 'hero', coverage: 1, seed: 'e', variants: VARIANTS }]
  const catalog = {
    version: 'v',
    site: 's',
    slots: [{ name: 'hero', selector: 'a[title="x"]' }],
    audiences: {},
    experiences,
  }
  const page = { path: '/', campaign: '', referrer: '', device: 'mobile', language: '' } as const
  return decide(compile(catalog), { page, nowMs: 0 })[0] as SlotOutcome
}

const VISIT = { tier: 'live', cacheMs: 60_000, context: {} } as const

test('a decision that lasts is one object, and one for each tier', () => {
  const decisionOf = createDecisionOf()
  const same = outcome()
  const first = decisionOf(same, VISIT, 0)
  expect(decisionOf({ ...same }, VISIT, 5)).toBe(first)
  expect(Object.isFrozen(first)).toBe(true)
  expect(decisionOf(same, { ...VISIT, tier: 'stale' }, 0)).toEqual({ ...first, tier: 'stale' })
  const none = { ...same, reason: 'no-match' as const, experience: undefined, variant: undefined }
  expect(decisionOf(none, VISIT, 0)).toEqual({ reason: 'no-match', tier: 'live', selector: 'a[title="x"]' })
  expect(decisionOf({ ...none, reason: 'no-id' }, VISIT, 0)).toMatchObject({ reason: 'no-id' })
})

test('what depends on the moment is told of this decision alone', () => {
  const decisionOf = createDecisionOf()
  const same = outcome()
  expect(decisionOf({ ...same, changesAtMs: 1_500 }, VISIT, 1_000)).toMatchObject({ ttlMs: 500 })
  expect(decisionOf({ ...same, changesAtMs: 61_000 }, VISIT, 1_000).ttlMs).toBeUndefined()
  expect(decisionOf({ ...same, isStrict: true }, VISIT, 0)).toMatchObject({ ttlMs: 1 })
  expect(decisionOf({ ...same, uses: 2 }, VISIT, 0)).toMatchObject({ uses: 2 })
  const plain = decisionOf(same, VISIT, 0)
  expect([plain.ttlMs, plain.uses]).toEqual([undefined, undefined])
})

test('a variant of a holdout names its own experience, though all holdouts share the variant', () => {
  const decisionOf = createDecisionOf()
  const heldOut = { ...outcome(), reason: 'holdout' as const, variant: { id: 'holdout', weight: 0, operations: [] } }
  const experience = heldOut.experience as NonNullable<SlotOutcome['experience']>
  expect(decisionOf(heldOut, VISIT, 0)).toMatchObject({ experience: 'e', variant: 'holdout' })
  expect(decisionOf({ ...heldOut, experience: { ...experience, id: 'f' } }, VISIT, 0)).toMatchObject({
    experience: 'f',
  })
})

test('the bytes say what the answer says, the first time and again, in any script', () => {
  const answerBytes = createAnswerBytes()
  const parse = (bytes: string): unknown => JSON.parse(Buffer.from(bytes, 'latin1').toString('utf8'))
  const decision = createDecisionOf()(outcome(), VISIT, 0)
  const slots = {
    hero: decision,
    other: { ...decision, ttlMs: 5 },
    third: { reason: 'no-match', tier: 'live' },
    fourth: Object.freeze({ ...decision, selector: 'é 日本 😀' }),
    fifth: decision,
  } as const
  const answer: DecideResponse = { v: 1, catalog: 'ü', consent: 'granted', ttlMs: 60_000, slots, token: 'a.b.c' }
  expect(parse(answerBytes(answer))).toEqual(answer)
  expect(parse(answerBytes(answer))).toEqual(answer)
  expect(parse(answerBytes({ ...answer, slots: {} }))).toEqual({ ...answer, slots: {} })
})
