// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createCache, type DecisionCache } from '../../../src/client/cache.ts'
import type { DecideResponse, PageFacts, SlotDecision } from '../../../src/protocol/index.ts'

const home: PageFacts = { path: '/', campaign: 'spring', referrer: '' }
const nowMs = Date.UTC(2026, 10, 21)

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] })
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
})

function open(page = home, isAllowed = true): DecisionCache {
  return createCache('pp', 'shop', page, () => isAllowed)
}

function keep(decision: Partial<SlotDecision>, cache = open()): DecisionCache {
  const hero: SlotDecision = { reason: 'match', tier: 'live', ...decision }
  const answer: DecideResponse = { v: 1, catalog: 'c1', consent: 'granted', ttlMs: 1_000, slots: { hero } }
  cache.keep(answer)
  return cache
}

const heroOf = (cache: DecisionCache): SlotDecision | null | undefined => cache.read()?.['hero']

test('the next view finds what this one kept', () => {
  keep({ variant: 'a' })
  expect(heroOf(open())).toMatchObject({ variant: 'a' })
})

test('a slot that the catalog does not know is missing, not invalid', () => {
  keep({})
  expect(open().read()).not.toHaveProperty('other')
})

test('before there is an answer nothing is known', () => {
  expect(open().read()).toBeUndefined()
})

test.each([
  [999, true],
  [1_000, false],
  [-1, false],
])('after %i ms of a time to live of 1,000 ms, valid is %s', (ageMs, isValid) => {
  keep({})
  vi.setSystemTime(nowMs + ageMs)
  expect(heroOf(open()) !== null).toBe(isValid)
})

test("a decision's own time to live is the shorter one", () => {
  keep({ ttlMs: 10 })
  vi.setSystemTime(nowMs + 10)
  expect(heroOf(open())).toBeNull()
})

test.each<[keyof PageFacts, string]>([
  ['path', '/other'],
  ['campaign', 'summer'],
  ['referrer', 'news.example'],
])('a decision that depends on %s is not painted under another one', (fact, value) => {
  keep({ vary: [fact] })
  expect(heroOf(open())).not.toBeNull()
  expect(heroOf(open({ ...home, [fact]: value }))).toBeNull()
})

test('a decision that does not depend on a fact survives its change', () => {
  keep({ vary: ['campaign'] })
  expect(heroOf(open({ ...home, path: '/other' }))).not.toBeNull()
})

test('an event drops exactly the decisions that read it, for this page and the next', () => {
  const cache = keep({ events: ['Bought'] })
  cache.drop('Looked')
  expect(heroOf(cache)).not.toBeNull()
  cache.drop('Bought')
  expect(heroOf(cache)).toBeNull()
  expect(heroOf(open())).toBeNull()
})

test('an answer that was under way when the event happened does not bring the decision back', () => {
  const cache = keep({ events: ['Bought'] })
  cache.drop('Bought')
  keep({ events: ['Bought'] }, cache)
  expect(heroOf(cache)).toBeNull()
  expect(heroOf(open())).toBeNull()
})

test('without consent nothing is read from storage or written to it, and the page still remembers', () => {
  keep({}).setFailures(2)
  const stored = localStorage.getItem('pp')
  const read = vi.spyOn(Storage.prototype, 'getItem')
  const cache = open(home, false)
  expect(cache.read()).toBeUndefined()
  expect(heroOf(keep({}, cache))).not.toBeNull()
  expect(read).not.toHaveBeenCalled()
  read.mockRestore()
  expect(localStorage.getItem('pp')).toBe(stored)
})

test('failures in a row are counted over views and over answers', () => {
  open().setFailures(2)
  expect(keep({}, open()).failures()).toBe(2)
  expect(open().failures()).toBe(2)
})

test.each(['garbage', '[]', 'null', '7', '{"site":"another","answer":{}}', '{"site":"shop","answer":{"ttlMs":1}}', '"text"'])(
  'a key that holds %s is as good as empty',
  (text) => {
    localStorage.setItem('pp', text)
    expect(open().read()).toBeUndefined()
    expect(open().failures()).toBe(0)
  },
)

test('clearing removes the key', () => {
  keep({}).clear()
  expect(localStorage.length).toBe(0)
})
