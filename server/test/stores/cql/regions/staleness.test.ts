import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { writeHeartbeat } from '../../../../src/stores/cql/heartbeat.ts'
import { watchStaleness } from '../../../../src/stores/cql/regions/staleness.ts'
import { createMemoryCluster } from '../../../support/memory-cluster.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

function open() {
  const [near, far] = [createMemoryCluster(), createMemoryCluster()]
  const regions = [
    { dataCentre: 'near', cluster: near },
    { dataCentre: 'far', cluster: far },
  ].map(({ dataCentre, cluster }) => ({
    dataCentre,
    connection: {
      session: () => cluster.session(),
      opened: Promise.resolve(cluster.session()),
      close: async () => undefined,
    },
  }))
  const staleness = watchStaleness({ regions, now: () => Date.now() })
  return { near, far, staleness, beat: () => writeHeartbeat(near.session(), 'near', Date.now()) }
}

test('data has no age before a heartbeat was seen, and its own in each data centre afterwards', async () => {
  const { staleness, beat } = open()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(staleness.ofMs('near')).toBeUndefined()
  await beat()
  expect(staleness.ofMs('near')).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([staleness.ofMs('near'), staleness.ofMs('far'), staleness.ofMs('nowhere')]).toEqual([
    1_000,
    undefined,
    undefined,
  ])
  staleness.close()
})

test('data grows old while a data centre does not answer, and is young again afterwards', async () => {
  const { near, staleness, beat } = open()
  await beat()
  await vi.advanceTimersByTimeAsync(1_000)
  near.failure = () => new Error('down')
  await vi.advanceTimersByTimeAsync(9_000)
  expect(staleness.ofMs('near')).toBe(10_000)
  near.failure = () => undefined
  await beat()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(staleness.ofMs('near')).toBe(1_000)
  staleness.close()
})

test('an owner whose clock is ahead has written nothing in the time to come', async () => {
  const { near, staleness } = open()
  await writeHeartbeat(near.session(), 'near', Date.now() + 60_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(staleness.ofMs('near')).toBe(0)
  staleness.close()
})

test('when it is closed nobody is asked any more', async () => {
  const { near, staleness } = open()
  staleness.close()
  const asked = near.asked.length
  await vi.advanceTimersByTimeAsync(10_000)
  expect(near.asked).toHaveLength(asked)
})
