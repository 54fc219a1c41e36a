import { beforeAll, test } from 'vitest'
import type { ProfileStore } from '../../src/stores/store.ts'
import { BUYERS_CATALOG, offersAfterBuying } from '../support/buyers.ts'
import { type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'
import { migrateTests, openTestStore } from './open-store.ts'

beforeAll(migrateTests)

const secret = 's'.repeat(64)

/** Three nodes and two services on a busy machine: profiles have time, and some may be late all the same. */
const PATIENT = { catalog: BUYERS_CATALOG, secret, budgetMs: 5_000 }
const LEAST_THANKED = 0.5

/** Two services over the cluster: a follower that takes the events, and the owner, which folds them into `store`. */
async function startTwo(storeOf: (store: ProfileStore) => ProfileStore): Promise<[RunningService, RunningService]> {
  const directory = await temporaryDirectory()
  const store = storeOf(await openTestStore(directory))
  const owner = await startService(PATIENT, { store })
  const address = { store: 'cql://127.0.0.1/none?dc=none', forwardEvents: owner.service.adminAddress?.url as string }
  const own = await openTestStore(directory, 'none')
  return [await startService({ ...PATIENT, ...address }, { store: own }), owner]
}

test('200 visitors who buy and load a page up to 200 ms later at another service are never offered what they have bought', () =>
  offersAfterBuying(() => startTwo((store) => store), LEAST_THANKED))

test('nor while nothing is written to the cluster', async () => {
  let goOn = (): void => undefined
  const held = new Promise<void>((resolve) => (goOn = resolve))
  const holding = (store: ProfileStore): ProfileStore => ({
    ...store,
    commit: (...args) => held.then(() => store.commit(...args)),
  })
  try {
    await offersAfterBuying(() => startTwo(holding), LEAST_THANKED)
  } finally {
    goOn()
  }
})
