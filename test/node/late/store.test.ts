import { expect, test } from 'vitest'
import { bound } from '../../../src/late/store.ts'
import type { BatchRequest, Event } from '../../../src/protocol/index.ts'

function batchOf(count: number, text = ''): BatchRequest {
  const event: Event = { type: 'track', messageId: 'm', timestamp: '', event: text }
  return {
    v: 1,
    site: 'shop',
    consent: 'granted',
    token: 't',
    sentAt: '',
    batch: Array.from({ length: count }, () => event),
  }
}

test('1,000 events wait, and of more the oldest batches go and are counted', () => {
  const exactly = Array.from({ length: 50 }, () => batchOf(20))
  expect(bound(exactly)).toHaveLength(50)
  const kept = bound([...exactly, batchOf(1)])
  expect(kept).toHaveLength(50)
  expect(kept.at(-1)?.dropped).toBe(20)
})

test('512 KB wait, and what an earlier drop has counted is not forgotten', () => {
  const large = Array.from({ length: 40 }, () => batchOf(1, 'x'.repeat(16_000)))
  ;(large[0] as BatchRequest).dropped = 7
  const kept = bound(large)
  expect(JSON.stringify(kept).length).toBeLessThanOrEqual(524_288)
  expect(kept.at(-1)?.dropped).toBe(40 - kept.length + 7)
})

test('one batch alone is never dropped', () => {
  expect(bound([batchOf(1, 'x'.repeat(600_000))])).toHaveLength(1)
})
