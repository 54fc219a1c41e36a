import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import { type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

const VISITORS = 200
const MAX_DELAY_MS = 200
const SECRET = 's'.repeat(64)

const CATALOG = `site: agency
origins: [https://www.brand.example]
slots: { offer: {} }
audiences: { buyers: { "events.Order Completed": { $gte: 1 } } }
experiences:
  - { id: thanks, slot: offer, audience: buyers, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: buy, slot: offer, variants: [{ id: buy, do: [{ text: Buy me }] }] }
`

/** The store, with something wrong while visitors buy. */
type Trouble = (store: ProfileStore) => ProfileStore

/** Folds nothing until it may. */
const pausesFolding =
  (held: Promise<void>): Trouble =>
  (store) => ({ ...store, commit: (...args) => held.then(() => store.commit(...args)) })

/** Reads a profile as it was half a second ago, as a replica that is behind does. */
const lags: Trouble = (store) => {
  const written = new Map<string, number>()
  return {
    ...store,
    async commit(writes, progress) {
      for (const { site, visitorId } of writes) written.set(`${site} ${visitorId}`, performance.now())
      await store.commit(writes, progress)
    },
    async readFacts(site, id) {
      const sinceMs = performance.now() - (written.get(`${site} ${id}`) ?? -Infinity)
      return sinceMs < 500 ? undefined : store.readFacts(site, id)
    },
  }
}

/** Numbers from 0 to 1 of a seed, the same each time (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Buys at one service, loads a page at another a moment later, and returns what is offered there. */
async function buyAndReturn(here: RunningService, there: RunningService, delayMs: number): Promise<string | undefined> {
  const first = (await here.decide()).body
  expect(first.slots['offer']?.experience).toBe('buy')
  const token = first.token as string
  const event = { messageId: token.slice(0, 22), timestamp: new Date().toISOString(), event: 'Order Completed' }
  // As the client does: it names the event until an answer says that the profile has it, and waits for no answer to the batch.
  const sent = here.batch(token, [{ ...event, type: 'track' }])
  await delay(delayMs)
  const { slots } = (await there.decide({ token, recent: [event] })).body
  expect((await sent).status).toBe(200)
  return slots['offer']?.experience
}

async function offersAfterBuying(startBoth: () => Promise<[RunningService, RunningService]>): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomOf(seed)
  const [here, there] = await startBoth()
  const delays = Array.from({ length: VISITORS }, () => random() * MAX_DELAY_MS)
  const offered = await Promise.all(delays.map((delayMs) => buyAndReturn(here, there, delayMs)))
  expect(
    offered.filter((experience) => experience !== 'thanks'),
    `seed ${seed}`,
  ).toEqual([])
}

async function startOne(trouble: Trouble): Promise<[RunningService, RunningService]> {
  const store = trouble(openLmdbStore(join(await temporaryDirectory(), 'profiles')))
  const service = await startService({ catalog: CATALOG }, { store })
  return [service, service]
}

/** Two services: one owns the log, and the other forwards its events to it and reads the same store. */
async function startTwo(): Promise<[RunningService, RunningService]> {
  const store = openLmdbStore(join(await temporaryDirectory(), 'profiles'))
  onTestFinished(() => store.close())
  const shared = { ...store, close: () => Promise.resolve() }
  const owner = await startService({ catalog: CATALOG, secret: SECRET }, { store: shared })
  const forwardEvents = owner.service.adminAddress?.url as string
  const address = { store: 'cql://127.0.0.1/none?dc=none', forwardEvents }
  const follower = await startService({ catalog: CATALOG, secret: SECRET, ...address }, { store: shared })
  return [follower, owner]
}

test('200 visitors who buy and load a page up to 200 ms later are never offered what they have bought', () =>
  offersAfterBuying(() => startOne((store) => store)))

test('nor while folding stands still', async () => {
  let goOn = (): void => undefined
  const held = new Promise<void>((resolve) => (goOn = resolve))
  await offersAfterBuying(() => startOne(pausesFolding(held)))
  goOn()
})

test('nor while the store lags by half a second', () => offersAfterBuying(() => startOne(lags)))

test('nor at another service than that which took the event', () => offersAfterBuying(startTwo))
