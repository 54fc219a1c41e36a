// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { start as startLate } from '../../../src/late/late.ts'
import { FakeRequest, pass, setUp, start, tearDown } from '../client/page-view.ts'

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

test('a flush that was asked for before the late chunk came resolves with the acknowledgement', async () => {
  document.cookie = 'pp_id=a.b.c;Path=/'
  const bridge = start()
  const flushed = vi.fn()
  bridge._client['track']?.('Bought' as never)
  void (bridge._client['flush']?.() as Promise<void>).then(flushed)
  startLate(bridge, vi.fn(), vi.fn(), vi.fn())
  await pass(10)
  const batch = FakeRequest.sent.at(-1) ?? expect.unreachable()
  expect(JSON.parse(batch.body).batch).toMatchObject([{ event: 'Bought' }])
  expect(flushed).not.toHaveBeenCalled()
  Object.assign(batch, { status: 200, response: { v: 1 }, getResponseHeader: () => null })
  batch.onloadend()
  await pass(10)
  expect(flushed).toHaveBeenCalledTimes(1)
})
