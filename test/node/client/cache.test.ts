// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type CacheState, decisionsNow, invalidateByEvents, openCache, saveCache } from '../../../src/client/cache.ts'
import type { DecideResponse, PageFacts, SlotDecision } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

const home: PageFacts = { path: '/', campaign: 'spring', referrer: '' }
const nowMs = Date.UTC(2026, 10, 21)

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] })
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
})

function open(page = home, isAllowed = true): CacheState {
  const config = configure({ site: 'shop', consent: isAllowed ? 'granted' : 'pending' })
  const state = { _config: config, _view: { page }, _trackedEvents: {} } as CacheState
  openCache(state)
  return state
}

/** As the decider does with an answer. */
function keep(decision: Partial<SlotDecision>, state = open()): CacheState {
  const hero: SlotDecision = { reason: 'match', tier: 'live', ...decision }
  const answer: DecideResponse = { v: 1, catalog: 'c1', consent: 'granted', ttlMs: 1_000, slots: { hero } }
  Object.assign(state._record, { answer, savedMs: Date.now(), page: state._view.page })
  invalidateByEvents(state, state._trackedEvents)
  saveCache(state)
  return state
}

function drop(state: CacheState, event: string): void {
  state._trackedEvents[event] = true
  invalidateByEvents(state, state._trackedEvents)
  saveCache(state)
}

const heroOf = (state: CacheState): SlotDecision | null | undefined => decisionsNow(state)?.['hero']

test('the next view finds what this one kept', () => {
  keep({ variant: 'a' })
  expect(heroOf(open())).toMatchObject({ variant: 'a' })
})

test('a slot that the catalog does not know is missing, not invalid', () => {
  keep({})
  expect(decisionsNow(open())).not.toHaveProperty('other')
})

test('before there is an answer nothing is known', () => {
  expect(decisionsNow(open())).toBeUndefined()
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
  ['source', 'mail'],
  ['click', 'gclid'],
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
  drop(cache, 'Looked')
  expect(heroOf(cache)).not.toBeNull()
  drop(cache, 'Bought')
  expect(heroOf(cache)).toBeNull()
  expect(heroOf(open())).toBeNull()
})

test('an answer that was under way when the event happened does not bring the decision back', () => {
  const cache = keep({ events: ['Bought'] })
  drop(cache, 'Bought')
  keep({ events: ['Bought'] }, cache)
  expect(heroOf(cache)).toBeNull()
  expect(heroOf(open())).toBeNull()
})

test('without consent nothing is read from storage or written to it, and the page still remembers', () => {
  keep({})
  const stored = localStorage.getItem('pp')
  const read = vi.spyOn(Storage.prototype, 'getItem')
  const cache = open(home, false)
  expect(decisionsNow(cache)).toBeUndefined()
  expect(heroOf(keep({}, cache))).not.toBeNull()
  expect(read).not.toHaveBeenCalled()
  read.mockRestore()
  expect(localStorage.getItem('pp')).toBe(stored)
})

test('a decision may be painted from the cache as often as it says, and no more', () => {
  keep({ uses: 2 })
  const seen = [1, 2, 3].map(() => {
    const view = open()
    const decision = heroOf(view)
    // As `applyDecision` does if the slot is in the page.
    if (decision?.uses) decision.uses--
    saveCache(view)
    return decision !== null
  })
  expect(seen).toEqual([true, true, false])
})

test('the view that brought a decision may paint it, though it must not be painted from a cache', () => {
  expect(heroOf(keep({ uses: 0 }))).not.toBeNull()
  expect(heroOf(open())).toBeNull()
})

test('views and visits are counted, and a visit ends after 30 minutes without an answer', () => {
  const view = (minutes: number): unknown => {
    vi.setSystemTime(nowMs + minutes * 60_000)
    return keep({})._record.session
  }
  expect(view(0)).toEqual({ views: 1, visits: 1 })
  expect(view(29)).toEqual({ views: 2, visits: 1 })
  expect(view(58)).toEqual({ views: 3, visits: 1 })
  expect(view(88)).toEqual({ views: 1, visits: 2 })
})

test('the selectors of what is kept become those of the page', () => {
  keep({ selector: '.hero' })
  expect(open()._config.slots).toEqual({ hero: '.hero' })
})

test.each([
  'garbage',
  '[]',
  'null',
  '7',
  '{"site":"another","answer":{}}',
  '{"site":"shop","answer":{"ttlMs":1}}',
  '"text"',
])('a key that holds %s is as good as empty', (text) => {
  localStorage.setItem('pp', text)
  expect(decisionsNow(open())).toBeUndefined()
  expect(open()._record.failures).toBe(0)
})

test.each([
  ['a `vary` that is text', { vary: 'x' }],
  ['a `vary` of a page that is not there', { vary: ['path'] }],
])('a record with %s is removed, and the view goes on as a first one', (_name, decision) => {
  keep({})
  const record = JSON.parse(localStorage.getItem('pp') as string)
  Object.assign(record.answer.slots.hero, decision)
  delete record.page
  localStorage.setItem('pp', JSON.stringify(record))
  const view = open()
  expect(decisionsNow(view)).toBeUndefined()
  expect(view._record.session).toEqual({ views: 1, visits: 1 })
  expect(localStorage.getItem('pp')).toBeNull()
})

const HOUR_MS = 3_600_000

// The service takes 60 s off the time that a decision about TV has: a clock that runs apart by as much in a quarter of an hour is none.
test.each([
  ['an hour ahead', HOUR_MS, HOUR_MS, true],
  ['an hour behind', -HOUR_MS, -HOUR_MS, true],
  ['set an hour ahead meanwhile', 0, HOUR_MS, false],
  ['set an hour back meanwhile', 0, -HOUR_MS, false],
  ['set right after it was an hour ahead', HOUR_MS, 0, false],
  ['set right after it was an hour behind', -HOUR_MS, 0, false],
])('a decision about TV is painted in its time only, by a clock that is %s', (_what, beforeMs, afterMs, isPainted) => {
  const ttlMs = 240_000
  vi.setSystemTime(nowMs + beforeMs)
  keep({ ttlMs })
  vi.setSystemTime(nowMs + afterMs + ttlMs - 1)
  expect(heroOf(open()) !== null).toBe(isPainted)
  vi.setSystemTime(nowMs + afterMs + ttlMs)
  expect(heroOf(open())).toBeNull()
})
