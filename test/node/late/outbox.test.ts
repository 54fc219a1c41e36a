// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { flushOnHide } from '../../../src/client/outbox.ts'
import { readOutbox } from '../../../src/late/store.ts'
import { configure } from '../../../src/sdk/configure.ts'

test.each(['{}', '"text"', '7', '[{}]', '[null]', '{"concat":1}'])(
  'an outbox that holds %s is removed, so that a page that ends early can leave its events',
  (text) => {
    localStorage.setItem('pp.out', text)
    expect(readOutbox('pp')).toEqual([])
    expect(localStorage.getItem('pp.out')).toBeNull()
    document.cookie = 'pp_id=a.b.c;Path=/;Max-Age=9'
    Object.assign(navigator, { sendBeacon: () => true })
    const event = { type: 'track', messageId: 'a', timestamp: '2026-11-21T00:00:00.000Z', event: 'Tried' }
    flushOnHide({
      _config: configure({ site: 'shop', consent: 'granted' }),
      _pendingEvents: [event],
    } as unknown as Bridge)
    expect(readOutbox('pp').map(({ batch }) => batch)).toEqual([[event]])
  },
)

test('a page that ends before the late chunk leaves all of its events, in batches that the service takes, also without a beacon', () => {
  localStorage.clear()
  document.cookie = 'pp_id=a.b.c;Path=/;Max-Age=9'
  Object.assign(navigator, { sendBeacon: undefined })
  const waiting = Array.from({ length: 45 }, (_, index) => ({
    type: 'track',
    messageId: `${index}`,
    timestamp: '2026-11-21T00:00:00.000Z',
    event: 'Tried',
  }))
  const ids = waiting.map(({ messageId }) => messageId)
  expect(() => {
    flushOnHide({
      _config: configure({ site: 'shop', consent: 'granted' }),
      _pendingEvents: waiting,
    } as unknown as Bridge)
  }).toThrow(TypeError)
  expect(readOutbox('pp').map(({ batch }) => batch.length)).toEqual([20, 20, 5])
  expect(readOutbox('pp').flatMap(({ batch }) => batch.map(({ messageId }) => messageId))).toEqual(ids)
})
