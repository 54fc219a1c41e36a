import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { compileRegex } from '../../../src/catalog/regex.ts'
import { type Backfill, startBackfill } from '../../../src/consumers/backfill/backfill.ts'
import { createDecoder } from '../../../src/consumers/decoder.ts'
import { createProfileProjection } from '../../../src/consumers/profiles/profile-projection.ts'
import { encodeRecord, type StoredRecord } from '../../../src/ingest/record.ts'
import type { Definitions } from '../../../src/profiles/features/definitions.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import { counting, declaring, feature, memoryLog, START_MS, viewed } from '../../support/feature-log.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const VISITORS = ['ann', 'bob', 'eve']

const FEATURES = [
  counting('views'),
  feature('shoes', { kind: 'count', event: 'Viewed', withinMs: 3_600_000, where: { category: { $regex: '^shoe' } } }),
  feature('spent', { kind: 'sum', event: 'Bought', of: 'price', withinMs: 86_400_000 }),
  feature('last', { kind: 'last', event: 'Viewed', of: 'category' }),
]

async function openStore(): Promise<ProfileStore> {
  const store = openLmdbStore(await temporaryDirectory())
  onTestFinished(() => store.close())
  return store
}

/** A log, its profiles, and what fills their features. */
async function openWorld(
  records: readonly StoredRecord[],
  directory?: string,
  store?: ProfileStore,
  isLow: () => boolean = () => false,
) {
  const log = memoryLog(records)
  const own = store ?? (await openStore())
  const folder = directory ?? join(await temporaryDirectory(), 'backfill')
  const problems: string[] = []
  const told: string[] = []
  const options = { onProblem: (problem: string): unknown => problems.push(problem) }
  let inForce: { definitions: Definitions; epoch: number } = { definitions: new Map(), epoch: 0 }
  const profiles = createProfileProjection({
    ...options,
    log,
    store: own,
    compileRegex,
    onDefinitions: (definitions, epoch) => void (inForce = { definitions, epoch }),
  })
  const backfill: Backfill = startBackfill({
    ...options,
    log,
    profiles,
    inForce: () => inForce,
    directory: folder,
    isLow,
    compileRegex,
    tell: (message) => told.push(message),
  })
  onTestFinished(() => backfill.stop())
  const decode = createDecoder(1, options)
  return {
    ...{ log, store: own, profiles, backfill, problems, told, folder },
    definitions: () => inForce.definitions,
    /** Folds what is not folded yet. */
    async fold(): Promise<void> {
      const { from } = await profiles.resume()
      const entries = log.entries.filter(({ offset }) => offset >= from)
      await profiles.apply(decode(entries), log.end, () => undefined)
    },
    async fill(): Promise<void> {
      backfill.look()
      await backfill.idle()
    },
  }
}

async function statesOf(store: ProfileStore, visitorId: string): Promise<object | undefined> {
  return (await store.base('site', visitorId))?.profile?.features?.states
}

async function allStates(store: ProfileStore): Promise<(object | undefined)[]> {
  return Promise.all(VISITORS.map((visitorId) => statesOf(store, visitorId)))
}

const event = fc
  .record({
    visitor: fc.constantFrom(...VISITORS),
    name: fc.constantFrom('Viewed', 'Bought'),
    category: fc.constantFrom('shoes', 'hats', 'shoelaces'),
    price: fc.integer({ min: 1, max: 500 }),
    number: fc.nat(400),
  })
  .map(({ visitor, name, category, price, number }) => viewed(number, visitor, name, { category, price }))
const erasure = fc
  .constantFrom(...VISITORS)
  .map((visitorId): StoredRecord => ({ kind: 'erasure', site: 'site', visitorId, receivedMs: START_MS }))
const history = fc.array(fc.oneof({ weight: 12, arbitrary: event }, { weight: 1, arbitrary: erasure }), {
  maxLength: 60,
})

test('features that are filled and folded on know what those know that were there from the start', async () => {
  await fc.assert(
    fc.asyncProperty(history, history, async (before, after) => {
      const first = await openWorld([declaring(FEATURES), ...before, ...after])
      await first.fold()
      const later = await openWorld([...before, declaring(FEATURES)])
      await later.fold()
      await later.log.append(after.map(encodeRecord))
      await later.fold()
      await later.fill()
      expect([later.problems, await allStates(later.store)]).toEqual([[], await allStates(first.store)])
    }),
    { numRuns: 25 },
  )
})

const views = (count: number, visitorId = 'ann'): StoredRecord[] =>
  Array.from({ length: count }, (_none, index) => viewed(index, visitorId, 'Viewed', { category: 'shoes' }))

const many = VISITORS.flatMap((visitorId) => views(200, visitorId))

test('filling that was broken off goes on where it was, and counts nothing twice', async () => {
  const whole = await openWorld([declaring(FEATURES), ...many])
  await whole.fold()
  const world = await openWorld([...many, declaring(FEATURES)])
  await world.fold()
  world.backfill.look()
  await world.backfill.stop()
  expect(await readdir(world.folder)).toContain('job')
  expect(await allStates(world.store)).toEqual([undefined, undefined, undefined])
  // Another process, over the same files.
  const again = await openWorld([...many, declaring(FEATURES)], world.folder, world.store)
  await again.fold()
  await again.fill()
  expect(await allStates(world.store)).toEqual(await allStates(whole.store))
  await expect(readdir(world.folder)).rejects.toThrow('ENOENT')
  expect(again.told).toEqual([
    'site site: 4 feature(s) are filled with the events before their declaration',
    'site site: 4 feature(s) know all events of the log',
  ])
})

test('rows that were filled before a crash are not filled again', async () => {
  const whole = await openWorld([declaring(FEATURES), ...many])
  await whole.fold()
  const world = await openWorld([...many, declaring(FEATURES)])
  await world.fold()
  const place = world.definitions().get('site')?.at ?? expect.unreachable()
  const states = await Promise.all(
    VISITORS.map(async (visitorId) => ({ visitorId, states: { ...(await statesOf(whole.store, visitorId)) } })),
  )
  for (const rows of [states.slice(0, 2), states, states])
    expect(await world.profiles.fill({ site: 'site', place }, rows)).toBe(true)
  expect(await allStates(world.store)).toEqual(await allStates(whole.store))
})

test('a feature that is withdrawn while it is filled is let go', async () => {
  const world = await openWorld([...many, declaring(FEATURES)])
  await world.fold()
  const place = world.definitions().get('site')?.at ?? expect.unreachable()
  await world.log.append([encodeRecord(declaring([], START_MS + 1))])
  await world.fold()
  expect(await world.profiles.fill({ site: 'site', place }, [{ visitorId: 'ann', states: { views: '' } }])).toBe(false)
  await world.profiles.complete({ site: 'site', place })
  await world.fill()
  expect([await allStates(world.store), world.problems, world.told]).toEqual([
    [undefined, undefined, undefined],
    [],
    [],
  ])
})

test('a store that fails is told of, and the features stay unknown', async () => {
  const store = await openStore()
  let isBroken = false
  const failing: ProfileStore = {
    ...store,
    commit: (...args) => (isBroken ? Promise.reject(new Error('the disk is full')) : store.commit(...args)),
  }
  const world = await openWorld([...many, declaring(FEATURES)], undefined, failing)
  await world.fold()
  isBroken = true
  await world.fill()
  expect(world.problems).toEqual(['features cannot be filled with the events before them; the next try is in 60 s'])
  expect(
    world
      .definitions()
      .get('site')
      ?.features.some(({ isFilled }) => isFilled),
  ).toBe(false)
  isBroken = false
  await world.fill()
  expect(
    world
      .definitions()
      .get('site')
      ?.features.every(({ isFilled }) => isFilled),
  ).toBe(true)
})

test('of two declarations the older is filled first, and features of another site or log are left alone', async () => {
  const other = { ...declaring([counting('orders', 'Bought')]), site: 'other' }
  const world = await openWorld([
    ...views(3),
    declaring([counting('views')]),
    { ...viewed(9, 'ann', 'Bought'), site: 'other' },
    other,
    ...views(5).slice(3),
    declaring(FEATURES),
  ])
  await world.fold()
  await world.fill()
  expect(world.told.filter((line) => line.includes('know all')).map((line) => line.split(':')[0])).toEqual([
    'site site',
    'site other',
    'site site',
  ])
  const first = await openWorld([declaring(FEATURES), ...views(5)])
  await first.fold()
  expect(await statesOf(world.store, 'ann')).toEqual(await statesOf(first.store, 'ann'))
})

test('while the disk is nearly full nothing is collected, which is told; then it goes on', async () => {
  let isFull = true
  const world = await openWorld([...many, declaring(FEATURES)], undefined, undefined, () => isFull)
  await world.fold()
  await world.fill()
  expect(world.problems).toEqual(['features cannot be filled with the events before them; the next try is in 60 s'])
  expect(await allStates(world.store)).toEqual([undefined, undefined, undefined])
  isFull = false
  await world.fill()
  expect(
    world
      .definitions()
      .get('site')
      ?.features.every(({ isFilled }) => isFilled),
  ).toBe(true)
})
