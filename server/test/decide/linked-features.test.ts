import fc from 'fast-check'
import { compileFeatures } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { createFeaturesOf } from '../../src/decide/features-of.ts'
import { createVisitorResolver } from '../../src/decide/resolve-visitor.ts'
import { userProfileId } from '../../src/identity/profile-id.ts'
import { createTokens } from '../../src/identity/token.ts'
import type { StoredRecord } from '../../src/ingest/record.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { declaring, foldInBatches, memoryLog, START_MS, viewed } from '../support/feature-log.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const site = readCatalog(
  `site: site
origins: [https://www.brand.example]
slots: { hero: {} }
features:
  views: { kind: count, event: Viewed, within: 7d }
  spent: { kind: sum, event: Bought, of: price, within: 7d }
  bought: { kind: since, event: Bought }
  favourite: { kind: top, event: Viewed, of: category, halfLife: 7d }
audiences: { all: { features.views: { $gte: 1 } } }
experiences: [{ id: e, slot: hero, audience: all, variants: [{ id: v, do: [{ text: hi }] }] }]
`,
  'catalog.yaml',
)

let issued = 0
const tokens = createTokens({
  secret: 's'.repeat(32),
  now: () => START_MS,
  randomBytes: (size) => Buffer.alloc(size, ++issued),
})
const PHONE = tokens.issue('site')
const LAPTOP = tokens.issue('site')
const DEVICES = [PHONE, LAPTOP]
const IDS = [...DEVICES.map(({ visitorId }) => visitorId), userProfileId('ann')]
const NOW_MS = START_MS + 600 * 60_000

const minute = fc.nat(500)
const event = fc.record({
  kind: fc.constant('event' as const),
  visitorId: fc.constantFrom(...IDS),
  minute,
  name: fc.constantFrom('Viewed', 'Bought'),
  category: fc.constantFrom('shoes', 'hats'),
})
const device = fc.constantFrom(...IDS.slice(0, 2))
const link = fc.record({ kind: fc.constant('link' as const), visitorId: device, minute, hasHistory: fc.boolean() })
const end = fc.record({ kind: fc.constant('end' as const), visitorId: device, minute })
const logOut = fc.record({ kind: fc.constant('log-out' as const), visitorId: device, minute })
const happening = fc.oneof(
  { weight: 10, arbitrary: event },
  { weight: 4, arbitrary: link },
  { weight: 1, arbitrary: end },
  { weight: 1, arbitrary: logOut },
)

/** Facts of a visitor who has seen a thing before opening the link. */
const HISTORY = {
  ...{ traits: {}, events: { Viewed: 1 }, pageViews: 0, assignments: {}, shown: {} },
  began: { epoch: 0, offset: 0 },
  features: {
    states: compileFeatures(site.features).fold(
      {},
      { name: 'Viewed', atMs: START_MS, hash: '0badcafe0bad', properties: { category: 'hats' } },
    ),
    at: { epoch: 0, offset: 1_000_000 },
  },
}

function recordOf(
  one: typeof happening extends fc.Arbitrary<infer Value> ? Value : never,
  index: number,
): StoredRecord {
  const { kind, visitorId } = one
  const atMs = START_MS + one.minute * 60_000
  if (kind === 'event' || kind === 'log-out') {
    const { name, category } = kind === 'event' ? one : { name: 'pp:unlinked', category: '' }
    const record = viewed(one.minute, visitorId, name, { category, price: one.minute })
    return { ...record, event: { ...record.event, messageId: `m${index}` } }
  }
  const identify = { type: 'identify', messageId: `l${index}`, timestamp: '', userId: 'ann' } as const
  const base = { site: 'site', visitorId, receivedMs: atMs, atMs, event: identify, signedMs: START_MS }
  if (kind === 'end') return { kind: 'link', ...base, untilMs: atMs }
  return { kind: 'link', ...base, untilMs: START_MS + 86_400_000, ...(one.hasHistory ? { facts: HISTORY } : {}) }
}

/** Features of the person, as each device and a server of the brand are told them after that log. */
async function featuresAfter(records: readonly StoredRecord[]): Promise<unknown[]> {
  const store = openLmdbStore(await temporaryDirectory())
  try {
    await foldInBatches(memoryLog([declaring(site.features), ...records]), store, 7)
    const definitions = await store.readDefinitions()
    const resolve = createVisitorResolver({
      tokens,
      verifyLink: () => undefined,
      readProfile: async (name, id) => ({ outcome: 'read', tier: 'live', profile: await store.readFacts(name, id) }),
      rememberLink: () => undefined,
      featuresOf: createFeaturesOf(() => definitions),
      onStoreFailure: (cause) => {
        throw cause
      },
      now: () => NOW_MS,
    })
    const identity = { site, consent: 'granted', mayLink: true } as const
    const asked = [...DEVICES.map(({ token }) => ({ token })), { userId: 'ann' }]
    const resolved = await Promise.all(asked.map((who) => resolve({ ...identity, ...who })))
    return resolved.map(({ context, link: held }) => [held, context.visitor?.features])
  } finally {
    await store.close()
  }
}

test('events, links of two devices and log-outs may arrive in any order: the features of the linked person are the same', async () => {
  const histories = fc
    .array(happening, { maxLength: 40 })
    .map((happenings) => happenings.map(recordOf))
    .chain((records) =>
      fc.tuple(
        fc.constant(records),
        fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }),
      ),
    )
  await fc.assert(
    fc.asyncProperty(histories, async ([records, shuffled]) => {
      expect(await featuresAfter(shuffled)).toEqual(await featuresAfter(records))
    }),
    { numRuns: 60 },
  )
})
