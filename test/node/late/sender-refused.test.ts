// @vitest-environment jsdom
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { createSender } from '../../../src/late/sender.ts'
import type { BatchRequest } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

const endpoint = `${location.origin}/pp`
const server = setupServer()

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
})
afterAll(() => {
  server.close()
})
beforeEach(() => {
  localStorage.clear()
  server.resetHandlers()
})

/** Sends events of these ids to a service that answers so; resolves with the ids of each batch, and how many events were refused. */
async function send(
  ids: string[],
  respond: (ids: string[]) => Response,
): Promise<{ batches: string[][]; refused: number }> {
  document.cookie = 'pp_id=token-1;Path=/;Max-Age=9'
  const batches: string[][] = []
  let refused = 0
  server.use(
    http.post(`${endpoint}/v1/batch`, async ({ request }) => {
      const { batch } = JSON.parse(await request.text()) as BatchRequest
      batches.push(batch.map(({ messageId }) => messageId))
      return respond(batches.at(-1) as string[])
    }),
  )
  const waiting = ids.map((messageId) => ({
    type: 'track',
    messageId,
    timestamp: '2026-11-21T00:00:00.000Z',
    event: 'Tried',
  }))
  const bridge = {
    _config: configure({ site: 'shop', endpoint, consent: 'granted' }),
    _pendingEvents: waiting,
    _record: {},
  } as unknown as Bridge
  const timing = {
    after: () => () => undefined,
    random: () => 0.5,
    lock: (_name: string, work: () => Promise<void>) => work(),
  }
  await createSender(bridge, vi.fn(), (count) => (refused += count), timing).flush()
  return { batches, refused }
}

test.each([413, 400])(
  'a %i halves the batch until only the event that is refused is gone, and it is told',
  async (status) => {
    const { batches, refused } = await send(['a', 'b', 'c', 'd', 'e'], (ids) =>
      ids.includes('c')
        ? HttpResponse.json({ error: { code: 'body_too_large', message: '' } }, { status })
        : HttpResponse.json({ v: 1, results: ids.map(() => 'accepted') }),
    )
    expect(batches.filter((ids) => !ids.includes('c')).flat()).toEqual(['a', 'b', 'd', 'e'])
    expect(refused).toBe(1)
    expect(localStorage.getItem('pp.out')).toBeNull()
  },
)

test('events that the rest of their batch was taken without are told', async () => {
  const { batches, refused } = await send(['a', 'b', 'c'], () =>
    HttpResponse.json({ v: 1, results: ['accepted', 'invalid', 'denied'] }),
  )
  expect(batches).toEqual([['a', 'b', 'c']])
  expect(refused).toBe(2)
})

test('a batch that is refused as a whole, such as for its site, is not sent in parts', async () => {
  const { batches, refused } = await send(['a', 'b'], () =>
    HttpResponse.json({ error: { code: 'origin_forbidden', message: '' } }, { status: 403 }),
  )
  expect(batches).toEqual([['a', 'b']])
  expect(refused).toBe(2)
})

test('a service that never knows the tokens that it issues is asked twice, and then with patience', async () => {
  document.cookie = 'pp_id=old;Path=/;Max-Age=9'
  const tokens: string[] = []
  server.use(
    http.post(`${endpoint}/v1/batch`, async ({ request }) => {
      tokens.push((JSON.parse(await request.text()) as BatchRequest).token)
      return HttpResponse.json({ error: { code: 'token_invalid', message: '' } }, { status: 401 })
    }),
  )
  const waiting = [{ type: 'track', messageId: 'a', timestamp: '2026-11-21T00:00:00.000Z', event: 'Tried' }]
  const client = { reset: () => void (document.cookie = 'pp_id=new;Path=/;Max-Age=9') }
  const bridge = {
    _config: configure({ site: 'shop', endpoint, consent: 'granted' }),
    _pendingEvents: waiting,
    _record: {},
    _client: client,
  } as unknown as Bridge
  const waits: number[] = []
  const after = (delayMs: number) => {
    waits.push(delayMs)
    return () => undefined
  }
  await createSender(bridge, vi.fn(), vi.fn(), { after, random: () => 0.5, lock: (_name, work) => work() }).flush()
  expect(tokens).toEqual(['old', 'new'])
  // Half of a second, as the dice say: the wait after a first failure.
  expect(waits.at(-1)).toBe(500)
  expect(JSON.parse(localStorage.getItem('pp.out') ?? '')).toMatchObject([
    { token: 'new', batch: [{ messageId: 'a' }] },
  ])
})
