import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { userProfileId } from '../../../src/identity/profile-id.ts'
import type { FeaturesRecord, StoredRecord } from '../../../src/ingest/record.ts'
import { createKnownFeatures } from '../../../src/profiles/features/known.ts'
import type { ProfileFacts } from '../../../src/profiles/profile.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import { declaredIn } from '../../support/declared.ts'
import {
  counting,
  declaring,
  feature,
  foldInBatches,
  memoryLog,
  rowsIn,
  START_MS,
  viewed,
} from '../../support/feature-log.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const VISITORS = ['ann', 'bob', 'eve']
/** With the user whose links they open. */
const ROWS = [...VISITORS, userProfileId('u')]

const shoes = feature('shoes', {
  kind: 'count',
  event: 'Viewed',
  withinMs: 3_600_000,
  where: { category: { $regex: '^shoe' } },
})
const FEATURES = [
  counting('views'),
  shoes,
  feature('favourite', { kind: 'top', event: 'Viewed', of: 'category', halfLifeMs: 86_400_000 }),
  feature('spent', { kind: 'sum', event: 'Bought', of: 'price', withinMs: 86_400_000 }),
  feature('bought', { kind: 'since', event: 'Bought' }),
  feature('session', { kind: 'session', timeoutMs: 1_800_000 }),
]

async function openStore(): Promise<ProfileStore> {
  const store = openLmdbStore(await temporaryDirectory())
  onTestFinished(() => store.close())
  return store
}

async function factsOf(store: ProfileStore, visitorId: string): Promise<ProfileFacts | undefined> {
  return store.readFacts('site', visitorId)
}

const event = fc.record({
  kind: fc.constant('event' as const),
  visitor: fc.constantFrom(...VISITORS),
  name: fc.constantFrom('Viewed', 'Bought', 'Searched'),
  category: fc.constantFrom('shoes', 'hats', 'shoelaces', ''),
  number: fc.nat(500),
  isFromServer: fc.boolean(),
})
const declaration = fc.record({ kind: fc.constant('features' as const), features: fc.subarray(FEATURES) })
const erasure = fc.record({ kind: fc.constant('erasure' as const), visitor: fc.constantFrom(...ROWS) })
const link = fc.record({
  kind: fc.constant('link' as const),
  visitor: fc.constantFrom(...VISITORS),
  number: fc.nat(500),
})
const happening = fc.oneof(
  { weight: 20, arbitrary: event },
  { weight: 2, arbitrary: declaration },
  { weight: 1, arbitrary: erasure },
  { weight: 1, arbitrary: link },
)

/** Facts as a link brings them from a visitor of before. */
const facts = (offset: number): ProfileFacts => ({
  ...{ traits: {}, events: { Viewed: 1 }, pageViews: 0, assignments: {}, shown: {} },
  began: { epoch: 0, offset: 0 },
  features: { states: { bought: 5, old: 'x' }, at: { epoch: 0, offset } },
})

function recordOf(one: typeof happening extends fc.Arbitrary<infer Value> ? Value : never): StoredRecord {
  if (one.kind === 'features') return declaring(one.features)
  const base = { site: 'site', visitorId: one.visitor, receivedMs: START_MS }
  if (one.kind === 'erasure') return { ...base, kind: 'erasure' }
  if (one.kind === 'link') {
    const identify = { type: 'identify', messageId: `l${one.number}`, timestamp: '', userId: 'u' } as const
    const times = { atMs: START_MS, untilMs: START_MS + 1, signedMs: 1 }
    return { ...base, kind: 'link', ...times, event: identify, facts: facts(one.number) }
  }
  const { number, visitor, name, category, isFromServer } = one
  const record = viewed(number, visitor, name, { category, price: number / 100 })
  return isFromServer ? { ...record, keyId: 2 } : record
}

test('folding gives the same bytes in batches of 1, 7 and 1,000, from scratch, and after a crash between any two of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 120 }), fc.nat(40), async (happenings, crashAfter) => {
      const log = memoryLog(happenings.map(recordOf))
      const stores = await Promise.all([1, 7, 1_000, 3].map(() => openStore()))
      const [one, seven, thousand, crashed] = stores as [ProfileStore, ProfileStore, ProfileStore, ProfileStore]
      await foldInBatches(log, one, 1)
      await foldInBatches(log, seven, 7)
      await foldInBatches(log, thousand, 1_000)
      await foldInBatches(log, crashed, 3, crashAfter)
      await foldInBatches(log, crashed, 5)
      for (const store of [seven, thousand]) expect(await store.readDefinitions()).toEqual(await one.readDefinitions())
      const expected = [await rowsIn(one, ROWS), await declaredIn(one)]
      for (const store of [seven, thousand, crashed])
        expect([await rowsIn(store, ROWS), await declaredIn(store)]).toEqual(expected)
      await Promise.all(stores.map((store) => store.close()))
    }),
    { numRuns: 25 },
  )
})

test('an event is folded into the features that were declared before it, once', async () => {
  const store = await openStore()
  const before = viewed(1, 'ann')
  const log = memoryLog([before, declaring([counting('views')]), viewed(2, 'ann'), viewed(2, 'ann'), viewed(3, 'bob')])
  await foldInBatches(log, store, 2)
  const [first, record, second, , third] = log.entries
  expect(await factsOf(store, 'ann')).toMatchObject({
    events: { Viewed: 2 },
    began: { epoch: 0, offset: first?.nextOffset },
    features: { at: { epoch: 0, offset: second?.nextOffset } },
  })
  expect((await factsOf(store, 'bob'))?.began).toEqual({ epoch: 0, offset: third?.nextOffset })
  expect((await factsOf(store, 'ann'))?.features?.states).toHaveProperty('views')
  expect(await store.readDefinitions()).toEqual(
    new Map([
      [
        'site',
        {
          features: [{ ...counting('views'), since: { epoch: 0, offset: record?.nextOffset } }],
          at: { epoch: 0, offset: record?.nextOffset },
          writtenUs: START_MS * 1_000,
        },
      ],
    ]),
  )
})

test('a feature that was withdrawn and is declared again does not find its old state', async () => {
  const [kept, again] = [counting('kept'), counting('again')]
  const records = [
    declaring([kept, again]),
    viewed(1, 'ann'),
    declaring([kept]),
    declaring([kept, again]),
    viewed(2, 'ann', 'Searched'),
  ]
  const store = await openStore()
  await foldInBatches(memoryLog(records), store, 1)
  expect(Object.keys((await factsOf(store, 'ann'))?.features?.states ?? {})).toEqual(['kept'])
})

test('a profile whose last feature is withdrawn is folded on without features', async () => {
  const store = await openStore()
  await foldInBatches(
    memoryLog([declaring([counting('views')]), viewed(1, 'ann'), declaring([]), viewed(2, 'ann')]),
    store,
    1,
  )
  expect(await factsOf(store, 'ann')).not.toHaveProperty('features')
})

test('a declaration with a condition that cannot be compiled is told and passed over, and the ones before hold', async () => {
  const broken = feature('broken', { kind: 'ever', event: 'Viewed', where: { category: { $nope: 1 } } as never })
  const store = await openStore()
  const log = memoryLog([declaring([counting('views')]), declaring([broken]), viewed(1, 'ann')])
  const { problems } = await foldInBatches(log, store, 1_000)
  expect(problems).toEqual([expect.stringContaining(`at ${log.entries[1]?.offset} `)])
  expect((await factsOf(store, 'ann'))?.features?.states).toHaveProperty('views')
})

test('a damaged declaration is told and passed over; entries of a later kind are told once and skipped', async () => {
  const store = await openStore()
  const damaged = { kind: 4, events: 0, keyId: 0, payload: Buffer.from('{"site":"site","receivedMs":1,"featur') }
  const later = { kind: 9, events: 1, keyId: 0, payload: Buffer.from('whatever') }
  const log = memoryLog([damaged, later, declaring([counting('views')]), later, viewed(1, 'ann'), later])
  const { problems } = await foldInBatches(log, store, 2)
  expect(problems).toEqual([
    expect.stringContaining('the log entry at 0 '),
    'the log has entries of kind 9, which this version does not know: it skips them',
  ])
  expect((await factsOf(store, 'ann'))?.features?.states).toHaveProperty('views')
  expect(await store.resumePoint()).toMatchObject({ offset: log.end })
})

test('features of a kind that comes later are in force, and nothing is folded into them', async () => {
  const store = await openStore()
  const later = feature('later', { kind: 'forecast', event: 'Viewed' } as never)
  await foldInBatches(memoryLog([declaring([later, counting('views')]), viewed(1, 'ann')]), store, 1)
  expect(Object.keys((await factsOf(store, 'ann'))?.features?.states ?? {})).toEqual(['views'])
  expect((await store.readDefinitions()).get('site')?.features.map(({ id }) => id)).toEqual(['later', 'views'])
})

test('a profile whose bytes are damaged begins anew, and nobody knows what it lacks', async () => {
  const store = await openStore()
  const damaged: ProfileStore = { ...store, base: async () => ({ profile: undefined, isDamaged: true }) }
  await foldInBatches(memoryLog([declaring([counting('views')]), viewed(1, 'ann')]), damaged, 1)
  const known = await factsOf(store, 'ann')
  expect(known).toMatchObject({ events: { Viewed: 1 }, isIncomplete: true })
  const inForce = (await store.readDefinitions()).get('site')
  expect(inForce?.features[0]?.isFilled).toBe(true)
  expect(createKnownFeatures([counting('views')], inForce).of(known)).toEqual({ views: null })
})

test('an erasure forgets features, and what follows begins anew', async () => {
  const store = await openStore()
  const erased = { kind: 'erasure', site: 'site', visitorId: 'ann', receivedMs: START_MS } as const
  const log = memoryLog([declaring([counting('views')]), viewed(1, 'ann'), erased, viewed(2, 'ann', 'Searched')])
  await foldInBatches(log, store, 1_000)
  const known = await factsOf(store, 'ann')
  expect(known).not.toHaveProperty('features')
  expect(known?.began?.offset).toBe(log.end)
})

test('whoever opens a link takes over the states that count still, and knows no more than the one before', async () => {
  const before = [declaring([counting('views')]), viewed(1, 'ann')]
  const store = await openStore()
  await foldInBatches(memoryLog(before), store, 1)
  const known = (await factsOf(store, 'ann')) as ProfileFacts
  const identify = { type: 'identify', messageId: 'l', timestamp: '', userId: 'u' } as const
  const base = { site: 'site', visitorId: 'new', receivedMs: START_MS, atMs: START_MS, event: identify, untilMs: 1 }
  const again = await openStore()
  await foldInBatches(
    memoryLog([...before, viewed(2, 'ann'), { ...base, kind: 'link', facts: known }, viewed(2, 'new')]),
    again,
    1,
  )
  const [ann, after] = await Promise.all([factsOf(again, 'ann'), factsOf(again, 'new')])
  expect([after?.began, after?.events]).toEqual([known.began, { Viewed: 2 }])
  expect(after?.features?.states).toEqual(ann?.features?.states)
})

test('whoever takes over what is incomplete is incomplete, too', async () => {
  const store = await openStore()
  const identify = { type: 'identify', messageId: 'l', timestamp: '', userId: 'u' } as const
  const base = { site: 'site', visitorId: 'new', receivedMs: START_MS, atMs: START_MS, event: identify, untilMs: 1 }
  await foldInBatches(memoryLog([{ ...base, kind: 'link', facts: { ...facts(0), isIncomplete: true } }]), store, 1)
  expect(await factsOf(store, 'new')).toHaveProperty('isIncomplete', true)
})

test('a link of a version without features leaves nobody knowing where the profile began', async () => {
  const store = await openStore()
  const identify = { type: 'identify', messageId: 'l', timestamp: '', userId: 'u' } as const
  const old = { traits: {}, events: {}, pageViews: 4, assignments: {}, shown: {} }
  const base = { site: 'site', visitorId: 'new', receivedMs: START_MS, atMs: START_MS, event: identify, untilMs: 1 }
  await foldInBatches(memoryLog([{ ...base, kind: 'link', facts: old }]), store, 1)
  expect(await factsOf(store, 'new')).not.toHaveProperty('began')
})

/** Returns a feature's place, and if it is filled, after a log that begins there. */
async function placeOf(
  records: readonly StoredRecord[],
  begin = 0,
): Promise<[offset: number | undefined, isFilled: boolean]> {
  const { definitions } = await foldInBatches(memoryLog(records, begin), await openStore(), 1_000)
  const [first] = definitions.get('site')?.features ?? []
  return [first?.since.offset, first?.isFilled ?? false]
}

test('a log that begins with a declaration knows the places of before; behind an event a declaration does not', async () => {
  const snapshot: FeaturesRecord = declaring([{ ...counting('views'), sinceOffset: 500 }])
  expect(await placeOf([snapshot], 9_000)).toEqual([500, false])
  const [behind] = await placeOf([viewed(1, 'ann'), snapshot], 9_000)
  expect(behind).toBeGreaterThan(9_000)
})

test('features that are declared before the first event of a whole log lack nothing', async () => {
  const isFilled = async (...given: Parameters<typeof placeOf>) => (await placeOf(...given))[1]
  expect(await isFilled([declaring([counting('views')]), viewed(1, 'ann')])).toBe(true)
  expect(await isFilled([viewed(1, 'ann'), declaring([counting('views')])])).toBe(false)
  expect(await isFilled([declaring([counting('views')])], 9_000)).toBe(false)
})
