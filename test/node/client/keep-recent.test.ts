// @vitest-environment jsdom
import { afterEach, expect, test } from 'vitest'
import type { Bridge, CacheRecord } from '../../../src/client/bridge.ts'
import { keepRecent } from '../../../src/client/recent.ts'
import type { DecideResponse, Event } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

const KEYS = ['messageId', 'timestamp', 'event', 'properties', 'category']

afterEach(() => {
  localStorage.clear()
})

function bridgeOf(recent?: DecideResponse['recent'], consent: 'granted' | 'denied' = 'granted'): Bridge {
  const answer = { v: 1, catalog: 'c', consent, ttlMs: 1, slots: {}, ...(recent ? { recent } : {}) }
  const record = { site: 'shop@2', failures: 0, session: { views: 1, visits: 1 }, answer } as CacheRecord
  return { _config: configure({ site: 'shop', consent }), _record: record } as Partial<Bridge> as Bridge
}

function tracked(event: string, properties?: object, messageId = 'm'): Event {
  return {
    type: 'track',
    messageId,
    timestamp: '2026-11-29T00:00:00.000Z',
    event,
    ...(properties && { properties }),
  } as Event
}

const storedRecent = (): unknown => (JSON.parse(localStorage.getItem('pp') ?? '{}') as CacheRecord).recent

test('of an event that slots depend on the keys are kept that the service has named, for the next page', () => {
  const bridge = bridgeOf({ events: ['Bought', 'toString'], keys: KEYS })
  const properties = {
    category: 'shoes',
    total: 9,
    products: [{ category: 'socks', name: 'x' }],
    nested: { category: 'y' },
  }
  for (const event of [tracked('Bought', properties), tracked('Seen'), { ...tracked('x'), type: 'page' } as Event])
    keepRecent(bridge, event)
  const kept = [
    { messageId: 'm', timestamp: '2026-11-29T00:00:00.000Z', event: 'Bought', properties: { category: 'shoes' } },
  ]
  expect(bridge._record.recent).toEqual(kept)
  expect(storedRecent()).toEqual(kept)
})

test('what no slot depends on is not kept: not before an answer, not of one that names nothing, nor by an inherited name', () => {
  const other = bridgeOf({ events: ['Bought'], keys: KEYS })
  const unanswered = bridgeOf()
  delete unanswered._record.answer
  for (const bridge of [bridgeOf(), unanswered, other]) {
    for (const name of ['constructor', 'toString', '__proto__', 'length', '0']) {
      keepRecent(bridge, tracked(name))
    }
    expect([bridge._record.recent, bridge._isUrgent]).toEqual([undefined, undefined])
  }
})

test('the newest events are kept, as many as have room in a question', () => {
  const bridge = bridgeOf({ events: ['Bought'], keys: KEYS })
  const events = Array.from({ length: 50 }, (_none, index) => tracked('Bought', { category: 'c' }, `m-${index}`))
  for (const event of events) keepRecent(bridge, event)
  const { recent = [] } = bridge._record
  expect(JSON.stringify(recent).length).toBeLessThanOrEqual(1_000)
  expect(recent.length).toBeGreaterThan(5)
  expect(recent.length).toBeLessThanOrEqual(20)
  expect(recent.at(-1)?.messageId).toBe('m-49')
  keepRecent(bridge, tracked('Bought', { category: 'x'.repeat(2_000) }))
  expect(bridge._record.recent).toEqual([])
})

test('nothing is stored of a visitor who has denied', () => {
  const bridge = bridgeOf({ events: ['Bought'], keys: KEYS }, 'denied')
  keepRecent(bridge, tracked('Bought'))
  expect(localStorage.length).toBe(0)
})
