import { expect, test } from 'vitest'
import { newProfile } from '../../src/profiles/profile.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { notifyOnCommit } from '../../src/stores/notify-on-commit.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const position = { epoch: 0, offset: 1, writtenUs: 1 }
const one = { site: 'site', visitorId: 'a', profile: newProfile(1), position }
const gone = { site: 'site', visitorId: 'b', profile: undefined, position }

async function open() {
  const told: unknown[][] = []
  const store = openLmdbStore(await temporaryDirectory())
  const telling = notifyOnCommit(store, (...written) => told.push([...written, Boolean(store.readFacts('site', 'a'))]))
  return { store, telling, told }
}

test('each profile is told once it can be read, in order, and an erased one as nothing', async () => {
  const { telling, told } = await open()
  await telling.commit([one, gone, one], { epoch: 0, offset: 1 })
  expect(told).toEqual([
    ['site', 'a', one.profile, true],
    ['site', 'b', undefined, true],
    ['site', 'a', one.profile, true],
  ])
  await telling.commit([], { epoch: 0, offset: 2 })
  expect([told.length, await telling.resumePoint()]).toEqual([3, { epoch: 0, offset: 2, from: 2 }])
  await telling.close()
})

test('of a commit that fails nothing is told, and its error is the answer', async () => {
  const { store, telling, told } = await open()
  await store.close()
  await expect(telling.commit([one], { epoch: 0, offset: 1 })).rejects.toThrow()
  expect(told).toEqual([])
})
