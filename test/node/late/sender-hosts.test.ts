// @vitest-environment jsdom
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { createSender } from '../../../src/late/sender.ts'
import type { BatchRequest } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

const hosts = ['/near', '/far'].map((path) => location.origin + path)
const asked: string[] = []
let isUp = false

const server = setupServer(
  http.post('*/v1/batch', async ({ request }) => {
    asked.push(request.url)
    const { batch } = JSON.parse(await request.text()) as BatchRequest
    if (isUp) return HttpResponse.json({ v: 1, results: batch.map(() => 'accepted') })
    return HttpResponse.json({ error: { code: 'log_unavailable', message: '' } }, { status: 503 })
  }),
)

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
})
afterAll(() => {
  server.close()
})

test('events that one host does not take go to the other one at the next try, and back again', async () => {
  document.cookie = 'pp_id=token-1;Path=/;Max-Age=9'
  const config = configure({ site: 'shop', endpoint: hosts.join(' '), consent: 'granted' })
  const event = { type: 'track', messageId: 'a', timestamp: '2026-11-21T00:00:00.000Z', event: 'Tried' }
  const sender = createSender(
    { _config: config, _pendingEvents: [event], _record: {} } as unknown as Bridge,
    vi.fn(),
    vi.fn(),
    {
      after: () => () => undefined,
      random: () => 0.5,
      lock: (_name, work) => work(),
    },
  )
  await sender.flush()
  await sender.flush()
  isUp = true
  await sender.flush()
  await sender.flush()
  expect(asked).toEqual([hosts[0], hosts[1], hosts[0]].map((host) => `${host}/v1/batch`))
})
