import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReadiness } from '../../src/service/readiness.ts'
import type { DataCentre } from '../../src/stores/store.ts'
import { startService } from '../support/start-service.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const never = new Promise<void>(() => undefined)

/** A warm process in a region whose data centre is as given. */
async function readyIn(near: Partial<DataCentre>) {
  const dataCentre: DataCentre = { name: 'eu', isLost: false, stalenessMs: 0, ...near }
  const regions = { current: 'eu', distanceMs: 0, dataCentres: () => [dataCentre] }
  const readiness = createReadiness({ parts: [{ warm: Promise.resolve() }], regions })
  await vi.advanceTimersByTimeAsync(0)
  return readiness
}

test('a process is ready when it is warm, and no more when it ends', async () => {
  const { promise: warm, resolve } = Promise.withResolvers<void>()
  const readiness = createReadiness({ parts: [{ warm }, {}], regions: undefined })
  expect(readiness.isReady()).toBe(false)
  resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(readiness.isReady()).toBe(true)
  readiness.end()
  expect(readiness.isReady()).toBe(false)
})

test('without its store it is ready after 30 s: answers from context are better than none', async () => {
  const readiness = createReadiness({ parts: [{ warm: never }], regions: undefined })
  await vi.advanceTimersByTimeAsync(29_999)
  expect(readiness.isReady()).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(readiness.isReady()).toBe(true)
})

test.each([
  [{}, { status: 'ready', dataCentre: 'eu', stalenessMs: 0 }],
  [{ stalenessMs: 30_000 }, { status: 'ready', dataCentre: 'eu', stalenessMs: 30_000 }],
  [
    { stalenessMs: 30_001 },
    { status: 'not ready', reason: 'data_centre_stale', dataCentre: 'eu', stalenessMs: 30_001 },
  ],
  [{ stalenessMs: undefined }, { status: 'not ready', reason: 'data_centre_stale', dataCentre: 'eu' }],
  [{ isLost: true }, { status: 'not ready', reason: 'data_centre_lost', dataCentre: 'eu', stalenessMs: 0 }],
])('a region with %j says so', async (near, health) => {
  expect((await readyIn(near)).region()).toEqual(health)
})

test('a region is not ready before its process is', () => {
  const readiness = createReadiness({ parts: [{ warm: never }], regions: undefined })
  expect(readiness.region()).toEqual({ status: 'not ready', reason: 'not_ready' })
})

test('with a store on the machine the region is as ready as the process, on both listeners', async () => {
  vi.useRealTimers()
  const { service, url } = await startService()
  await service.caughtUp()
  for (const base of [url, service.adminAddress?.url]) {
    const response = await fetch(`${base}/readyz/region`)
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }])
  }
})
