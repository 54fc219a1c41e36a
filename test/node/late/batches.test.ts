// @vitest-environment jsdom
import { afterEach, expect, test } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { sealBatches } from '../../../src/late/batches.ts'
import type { Event } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

afterEach(() => {
  document.cookie = 'pp_id=;Path=/;Max-Age=0'
})

function track(messageId: string, properties = {}): Event {
  return { type: 'track', messageId, timestamp: '2026-11-21T00:00:00.000Z', event: 'Tried', properties }
}

function waiting(events: Event[]): Bridge {
  document.cookie = 'pp_id=a.b.c;Path=/'
  return {
    _config: configure({ site: 'shop', consent: 'granted' }),
    _pendingEvents: events,
    _record: {},
  } as Partial<Bridge> as Bridge
}

test('a batch holds at most 20 events and 16,384 characters', () => {
  const many = Array.from({ length: 21 }, (_, index) => track(`small-${index}`))
  const large = Array.from({ length: 3 }, (_, index) => track(`large-${index}`, { text: 'x'.repeat(7_000) }))
  const sealed = sealBatches(waiting([...many, ...large]))
  expect(sealed.map(({ batch }) => batch.length)).toEqual([20, 3, 1])
  for (const batch of sealed) expect(JSON.stringify(batch).length).toBeLessThanOrEqual(16_384)
})

test('events beyond 200 are dropped, and the service is told how many', () => {
  const sealed = sealBatches(waiting(Array.from({ length: 203 }, (_, index) => track(`e${index}`))))
  expect(sealed).toHaveLength(10)
  expect(sealed[0]?.dropped).toBe(3)
})
