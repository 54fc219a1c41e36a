import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createProfileReader } from '../../../src/decide/read/profile-reader.ts'
import { ProfileDamagedError } from '../../../src/profiles/codec.ts'
import { fold } from '../../../src/profiles/fold.ts'
import type { Profile } from '../../../src/profiles/profile.ts'
import type { ProfileStore, StoreRegions } from '../../../src/stores/store.ts'
import { deadStore } from '../../support/dead-store.ts'

const BUDGET_MS = 8

function profileOf(plan: string): Profile {
  return fold(undefined, { event: { type: 'identify', messageId: 'm', timestamp: '', traits: { plan } }, atMs: 1 })
}

interface Question {
  id: string
  resolve(profile: Profile | undefined): void
  reject(cause: unknown): void
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

/** A reader over a store that answers when the test says so. */
function readerOver(read?: ProfileStore['readFacts'], regions?: StoreRegions) {
  const questions: Question[] = []
  const outcomes: string[] = []
  const slow: ProfileStore['readFacts'] = (_site, id) =>
    new Promise((resolve, reject) => questions.push({ id, resolve, reject }))
  const store = { ...deadStore(), readFacts: read ?? slow, ...(regions ? { regions } : {}) }
  const now = (): number => Date.now()
  const reader = createProfileReader({
    store,
    budgetMs: () => BUDGET_MS,
    profileCacheBytes: 1_048_576,
    now,
    random: () => 0,
    onRead: (it) => outcomes.push(it),
  })
  const ask = async (id = 'a') => reader.read('site', id, now())
  const later = async (ms: number): Promise<void> => {
    await vi.advanceTimersByTimeAsync(ms)
    // The turn of the event loop that a late answer gets beyond its time.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { reader, ask, questions, outcomes, later }
}

/** The question that was asked last. */
function last(questions: readonly Question[]): Question {
  return questions.at(-1) as Question
}

test('a store that answers at once is asked every time, without a promise', () => {
  let profile = profileOf('one')
  const { reader } = readerOver(() => profile)
  expect(reader.read('site', 'a', 0)).toEqual({ outcome: 'read', tier: 'live', profile })
  profile = profileOf('two')
  expect(reader.read('site', 'a', 0)).toEqual({ outcome: 'read', tier: 'live', profile })
  expect(reader.profileCacheBytes).toBe(0)
})

test('a store that fails at once fails the read and nothing else', () => {
  const cause = new Error('disk gone')
  const { reader } = readerOver(() => {
    throw cause
  })
  expect(reader.read('site', 'a', 0)).toEqual({ outcome: 'failed', cause })
  expect(reader.breaker).toBe('closed')
})

test('an answer in time is live, and cached for those who come after it', async () => {
  const { ask, questions, outcomes, later } = readerOver()
  const first = ask()
  await later(BUDGET_MS - 1)
  last(questions).resolve(profileOf('pro'))
  expect(await first).toMatchObject({ outcome: 'read', tier: 'live' })
  expect(await ask()).toMatchObject({ outcome: 'read', tier: 'cached', profile: { traits: { plan: 'pro' } } })
  expect(questions).toHaveLength(1)
  expect(outcomes).toEqual(['live', 'cached'])
})

test('that there is no profile is cached as well', async () => {
  const { ask, questions } = readerOver()
  const first = ask()
  last(questions).resolve(undefined)
  expect(await first).toEqual({ outcome: 'read', tier: 'live', profile: undefined })
  expect(await ask()).toEqual({ outcome: 'read', tier: 'cached', profile: undefined })
})

test('those who ask at the same time share a read, and each has a deadline of its own', async () => {
  const { ask, questions, later } = readerOver()
  const early = ask()
  await later(5)
  const second = ask()
  await later(3)
  expect(await early).toEqual({ outcome: 'late' })
  last(questions).resolve(profileOf('pro'))
  expect(await second).toMatchObject({ outcome: 'read', tier: 'live' })
  expect(questions).toHaveLength(1)
})

test('the budget of a second read is what the first has left of it', async () => {
  const { reader, later } = readerOver()
  const sinceMs = Date.now()
  await later(6)
  const read = reader.read('site', 'a', sinceMs)
  await later(2)
  expect(await read).toEqual({ outcome: 'late' })
})

test('an answer that comes late is there for the next', async () => {
  const { ask, questions, later } = readerOver()
  const read = ask()
  await later(BUDGET_MS)
  expect(await read).toEqual({ outcome: 'late' })
  last(questions).resolve(profileOf('pro'))
  await later(0)
  expect(await ask()).toMatchObject({ tier: 'cached', profile: { traits: { plan: 'pro' } } })
})

test('a copy past its time stands in when the store is late, fails or is not asked', async () => {
  const { ask, questions, later, reader } = readerOver()
  const first = ask()
  last(questions).resolve(profileOf('pro'))
  await first
  await later(2_000)
  const late = ask()
  await later(BUDGET_MS)
  expect(await late).toMatchObject({ tier: 'stale', profile: { traits: { plan: 'pro' } } })
  last(questions).reject(new Error('down'))
  const failed = ask()
  last(questions).reject(new Error('down'))
  expect(await failed).toMatchObject({ tier: 'stale' })
  for (let index = 0; index < 20; index++) {
    const other = ask(`other-${index}`)
    last(questions).reject(new Error('down'))
    await other
  }
  expect(reader.breaker).toBe('open')
  const asked = questions.length
  expect(await ask()).toMatchObject({ tier: 'stale' })
  expect(await ask('unknown')).toEqual({ outcome: 'refused' })
  expect(questions).toHaveLength(asked)
})

test('what has been written is never answered from before it was', async () => {
  const { ask, questions, reader } = readerOver()
  const first = ask()
  last(questions).resolve(profileOf('old'))
  await first
  reader.forget('site', 'a')
  const second = ask()
  expect(questions).toHaveLength(2)
  // This read may have missed the next write: who asks after it begins another, and no copy is kept of it.
  reader.forget('site', 'a')
  const third = ask()
  expect(questions).toHaveLength(3)
  last(questions).resolve(profileOf('new'))
  expect(await third).toMatchObject({ profile: { traits: { plan: 'new' } } })
  questions[1]?.resolve(profileOf('older'))
  expect(await second).toMatchObject({ profile: { traits: { plan: 'older' } } })
  expect(await ask()).toMatchObject({ tier: 'cached', profile: { traits: { plan: 'new' } } })
})

test('a slow store is left alone for a second, tried by one, and then asked by everybody again', async () => {
  const { ask, questions, later, reader } = readerOver()
  for (let index = 0; index < 16; index++) {
    void ask(`slow-${index}`)
    await later(BUDGET_MS)
  }
  expect(reader.breaker).toBe('open')
  expect(await ask('x')).toEqual({ outcome: 'refused' })
  await later(1_000)
  for (const id of ['p', 'q', 'r']) {
    const probe = ask(id)
    expect(await ask(`beside-${id}`)).toEqual({ outcome: 'refused' })
    last(questions).resolve(undefined)
    expect(await probe).toMatchObject({ tier: 'live' })
    await later(0)
  }
  expect(reader.breaker).toBe('closed')
})

test("damaged bytes are the profile's fault and not the store's", async () => {
  const { ask, questions, reader } = readerOver()
  for (let index = 0; index < 40; index++) {
    const read = ask(`damaged-${index}`)
    last(questions).reject(new ProfileDamagedError('a stored profile is none'))
    expect(await read).toMatchObject({ outcome: 'failed' })
  }
  expect(reader.breaker).toBe('closed')
})

test('a read that is lost is joined by nobody after 5 s, and its answer is no copy', async () => {
  const { ask, questions, later } = readerOver()
  void ask()
  await later(5_000)
  const second = ask()
  expect(questions).toHaveLength(2)
  questions[0]?.resolve(profileOf('lost'))
  last(questions).resolve(profileOf('found'))
  expect(await second).toMatchObject({ profile: { traits: { plan: 'found' } } })
  expect(await ask()).toMatchObject({ tier: 'cached', profile: { traits: { plan: 'found' } } })
})

test('a data centre that stands in has a breaker of its own, and nobody waits for reads that hang in the lost one', async () => {
  const regions = { current: 'near', distanceMs: 0, dataCentres: () => [] }
  const { ask, questions, later, reader } = readerOver(undefined, regions)
  for (let index = 0; index < 16; index++) {
    void ask(`slow-${index}`)
    await later(BUDGET_MS)
  }
  expect([reader.breaker, await ask('x')]).toEqual(['open', { outcome: 'refused' }])
  regions.current = 'far'
  expect(reader.breaker).toBe('closed')
  const read = ask('slow-0')
  last(questions).resolve(profileOf('pro'))
  expect(await read).toMatchObject({ tier: 'live' })
  regions.current = 'near'
  expect(reader.breaker).toBe('open')
})
