import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantile } from '../../lab/statistics.ts'
import { readCatalog } from '../../server/src/catalog/load.ts'
import type { Site } from '../../server/src/catalog/site.ts'
import { createTokens } from '../../server/src/identity/token.ts'
import { LOADTEST_ORIGIN } from '../../server/src/loadtest/site.ts'
import { profileOf, visitorBytes, visitorId } from '../../server/src/loadtest/visitors.ts'
import type { SiteDefinitions } from '../../server/src/profiles/features/definitions.ts'
import { compileSite } from '../../server/src/profiles/features/site-features.ts'
import { openProfile } from '../../server/src/profiles/fold.ts'
import type { Profile } from '../../server/src/profiles/profile.ts'
import { openLmdbStore } from '../../server/src/stores/lmdb/lmdb.ts'
import { decisionsOf } from '../decide/in-process.ts'
import { SECRET, SITE } from '../decide/visitors.ts'
import { EVENTS_A_BATCH } from '../events/batches.ts'
import { batchAt, FIRST_MS } from '../events/ten-features.ts'
import type { Measurement } from '../figure.ts'

const VISITORS = 1_000
const ROUNDS = 40
const DECISIONS = 5_000

/** The ten features of `ten-features.ts` as an author writes them. */
const FEATURES = {
  week: { kind: 'count', event: 'Product Viewed', within: '7d' },
  shoes: { kind: 'count', event: 'Product Viewed', where: { category: 'shoes' }, within: '30d' },
  looked: { kind: 'sum', event: 'Product Viewed', of: 'price', within: '90d' },
  dear: { kind: 'since', event: 'Product Viewed', where: { price: { $gt: 80 } } },
  first: { kind: 'first', event: 'Product Viewed', of: 'category' },
  last: { kind: 'last', event: 'Product Viewed', of: 'category' },
  products: { kind: 'distinct', event: 'Product Viewed', of: 'product_id', within: '7d' },
  favourite: { kind: 'top', event: 'Product Viewed', of: 'category', halfLife: '7d' },
  bought: { kind: 'ever', event: 'Order Completed' },
  session: { kind: 'session', timeout: '30m' },
}

const TEXTS = ['first', 'last', 'favourite']

/** Ten experiences of one slot, of which the last fits; `isAsked` says that each of the others asks for a feature, instead of page views. */
function siteOf(isAsked: boolean): Site {
  const names = Object.keys(FEATURES)
  const conditionOf = (name: string): object => {
    if (!isAsked) return { pageViews: { $gt: 1_000_000 } }
    if (name === 'bought') return { 'features.bought': true }
    return { [`features.${name}`]: TEXTS.includes(name) ? 'none' : { $gt: name === 'products' ? 31 : 1_000_000 } }
  }
  const variants = [{ id: 'a', do: [{ text: 'Content' }] }]
  const catalog = {
    site: SITE,
    origins: [LOADTEST_ORIGIN],
    slots: { hero: {} },
    ...(isAsked ? { features: FEATURES } : {}),
    audiences: Object.fromEntries(names.map((name) => [`of-${name}`, conditionOf(name)])),
    experiences: [
      ...names.map((name) => ({ id: name, slot: 'hero', audience: `of-${name}`, variants })),
      { id: 'others', slot: 'hero', variants },
    ],
  }
  return readCatalog(JSON.stringify(catalog), 'bench.yaml')
}

/** A visitor who has looked at 20 products, and asks a minute later. */
function visitorOf(index: number, { features }: Site): { profile: Profile; definitions: SiteDefinitions } {
  const at = { epoch: 0, offset: 1 }
  const inForce = features.map((feature) => ({ ...feature, since: at, isFilled: true as const }))
  const definitions = { features: inForce, at, writtenUs: 1 }
  const site = compileSite(definitions)
  const agoMs = Date.now() - 60_000 - FIRST_MS
  const open = openProfile(profileOf(index, Date.now()))
  for (const [number, record] of batchAt(SITE, index).entries()) {
    if (record.kind !== 'event') continue
    const atMs = FIRST_MS + agoMs - (EVENTS_A_BATCH - number) * 1_000
    open.add({ event: record.event, atMs, at: { epoch: 0, offset: 2 + number }, features: site })
  }
  return { profile: open.close() as Profile, definitions }
}

/** Opens decisions of a catalog over visitors of its own. */
async function openVisitors(directory: string, site: Site) {
  const store = openLmdbStore(directory)
  const visitors = Array.from({ length: VISITORS }, (_none, index) => visitorOf(index, site))
  const position = { epoch: 0, offset: 100, writtenUs: 1 }
  const writes = visitors.map(({ profile }, index) => ({ site: SITE, visitorId: visitorId(index), profile, position }))
  await store.commit(writes, position)
  const definitions = new Map([[SITE, (visitors[0] as (typeof visitors)[number]).definitions]])
  return decisionsOf({ site, store, readDefinitions: () => definitions })
}

/** Returns the tokens of the visitors. */
function visitorTokens(): string[] {
  let visitor = 0
  const tokens = createTokens({ secret: SECRET, randomBytes: () => visitorBytes(visitor) })
  return Array.from({ length: VISITORS }, (_none, index) => {
    visitor = index
    return tokens.issue(SITE).token
  })
}

/** From the row's bytes to the verdict: what it costs a decision that ten features are kept with the profile, and each is asked for. */
export const decideFeatures: Measurement = {
  title: `decisions with ten features, and without, in ${ROUNDS} turns`,
  families: ['decide.tenFeaturesUs'],
  async measure() {
    const directory = await mkdtemp(join(tmpdir(), 'prepaint-features-'))
    const sides = [
      await openVisitors(join(directory, 'with'), siteOf(true)),
      await openVisitors(join(directory, 'without'), siteOf(false)),
    ] as const
    const tokens = visitorTokens()
    const usOf = async ({ answer }: (typeof sides)[number]): Promise<number> => {
      const startMs = performance.now()
      for (let one = 0; one < DECISIONS; one++) {
        const text = await answer(tokens[one % VISITORS] as string)
        if (!text.includes('"experience":"others"')) throw new Error(`another decision than planned: ${text}`)
      }
      return ((performance.now() - startMs) * 1_000) / DECISIONS
    }
    const times: [number, number][] = []
    for (let round = 0; round < ROUNDS; round++) times.push([await usOf(sides[0]), await usOf(sides[1])])
    for (const { close } of sides) await close()
    await rm(directory, { recursive: true })
    // The first turns compile the code.
    const measured = times.slice(ROUNDS / 4)
    const [own, others] = [0, 1].map((side) =>
      quantile(
        measured.map((pair) => pair[side] as number),
        0.5,
      ),
    )
    process.stderr.write(`  ${own?.toFixed(1)} µs with ten features, ${others?.toFixed(1)} without\n`)
    const value = quantile(
      measured.map(([one, other]) => one - other),
      0.5,
    )
    return [{ name: 'decide.tenFeaturesUs', value, unit: 'µs', limit: 3 }]
  },
}
