import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBatches } from '../../../src/late/parse-batches.ts'

const sound = {
  v: 1,
  site: 'shop',
  consent: 'granted',
  token: 'a.b.c',
  sentAt: '2026-11-21T00:00:00.000Z',
  batch: [{ type: 'track', event: 'Tried', messageId: 'a', timestamp: '2026-11-21T00:00:00.000Z' }],
}

test('whatever is found in storage, only batches are taken out of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (found) => {
      expect(parseBatches(found)).toEqual([])
      expect(parseBatches([found, sound])).toEqual([sound])
    }),
  )
})

test.each([
  ['without events', { ...sound, batch: [] }],
  ['whose events are text', { ...sound, batch: '[]' }],
  ['with an event that has no id', { ...sound, batch: [{ type: 'track' }] }],
  ['without a token', { ...sound, token: undefined }],
  ['that is larger than the service reads', { ...sound, batch: [{ ...sound.batch[0], event: 'x'.repeat(70_000) }] }],
])('a batch %s is dropped', (_name, batch) => {
  expect(parseBatches([batch])).toEqual([])
})
