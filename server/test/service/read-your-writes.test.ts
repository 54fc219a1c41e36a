import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import { BUYERS_CATALOG, offersAfterBuying } from '../support/buyers.ts'
import { type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

const SECRET = 's'.repeat(64)

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

async function startOne(trouble: Trouble): Promise<[RunningService, RunningService]> {
  const store = trouble(openLmdbStore(join(await temporaryDirectory(), 'profiles')))
  const service = await startService({ catalog: BUYERS_CATALOG }, { store })
  return [service, service]
}

/** Two services: one owns the log, and the other forwards its events to it and reads the same store. */
async function startTwo(): Promise<[RunningService, RunningService]> {
  const store = openLmdbStore(join(await temporaryDirectory(), 'profiles'))
  onTestFinished(() => store.close())
  const shared = { ...store, close: () => Promise.resolve() }
  const owner = await startService({ catalog: BUYERS_CATALOG, secret: SECRET }, { store: shared })
  const forwardEvents = owner.service.adminAddress?.url as string
  const address = { store: 'cql://127.0.0.1/none?dc=none', forwardEvents }
  const follower = await startService({ catalog: BUYERS_CATALOG, secret: SECRET, ...address }, { store: shared })
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
