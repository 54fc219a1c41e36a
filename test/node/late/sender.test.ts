// @vitest-environment jsdom
import { delay, http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { createSender, type Sender } from '../../../src/late/sender.ts'
import type { BatchRequest, Event } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

const endpoint = `${location.origin}/pp`
const url = `${endpoint}/v1/batch`
const server = setupServer()
let received: BatchRequest[] = []
const onDropped = vi.fn()

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
})
beforeEach(() => {
  localStorage.clear()
  received = []
})
afterEach(() => {
  server.resetHandlers()
})
afterAll(() => {
  server.close()
})

const acknowledge = (body: BatchRequest): Response =>
  HttpResponse.json({ v: 1, results: body.batch.map(() => 'accepted') })

/** Answers each request with the next of `answers`, and goes on with the last one. */
function answer(...answers: ((body: BatchRequest) => Response | Promise<Response>)[]): void {
  server.use(
    http.post(url, async ({ request }) => {
      const body = JSON.parse(await request.text()) as BatchRequest
      received.push(body)
      const next = answers.length > 1 ? answers.shift() : answers[0]
      return next?.(body)
    }),
  )
}

/** A clock that stands still until the test lets the one timer that is set run out. */
function manualTiming() {
  let due: { delayMs: number; run: () => void } | undefined
  return {
    timing: {
      after(delayMs: number, run: () => void) {
        due = { delayMs, run }
        return () => {
          due = undefined
        }
      },
      random: () => 0.5,
      lock: (_name: string, work: () => Promise<void>) => work(),
    },
    delayMs: () => due?.delayMs,
    elapse() {
      const { run } = due ?? { run: () => expect.unreachable('no timer is set') }
      due = undefined
      run()
    },
  }
}

function track(messageId: string, properties = {}): Event {
  return { type: 'track', messageId, timestamp: '2026-11-21T00:00:00.000Z', event: 'Tried', properties }
}

function setToken(token: string): void {
  document.cookie = `pp_id=${token};Path=/;Max-Age=${token ? 9 : 0}`
}

function createBridge(waiting: Event[], token = 'token-1'): Bridge {
  const config = configure({ site: 'shop', endpoint, consent: 'granted' })
  setToken(token)
  return {
    _config: config,
    _pendingEvents: waiting,
    _record: { site: 'shop@2', failures: 0, session: { views: 1, visits: 1 } },
    _client: Object.assign(vi.fn(), { reset: vi.fn() }) as unknown as Bridge['_client'],
  } as Bridge
}

function stored(): BatchRequest[] {
  return JSON.parse(localStorage.getItem('pp.out') ?? '[]') as BatchRequest[]
}

function start(bridge: Bridge): { sender: Sender; clock: ReturnType<typeof manualTiming> } {
  const clock = manualTiming()
  const sender = createSender(bridge, onDropped, vi.fn(), clock.timing)
  sender._notify()
  return { sender, clock }
}

const settled = (): Promise<void> =>
  vi.waitFor(() => {
    expect(received).not.toEqual([])
    expect(stored()).toEqual([])
  })

test('a 200 with our answer takes the events out of the queue and out of storage', async () => {
  let storedWhenSent: BatchRequest[] = []
  answer((body) => {
    storedWhenSent = stored()
    return acknowledge(body)
  })
  const { clock } = start(createBridge([track('a'), track('b')]))
  clock.elapse()
  await settled()
  expect(storedWhenSent[0]?.batch.map(({ messageId }) => messageId)).toEqual(['a', 'b'])
  expect(received).toHaveLength(1)
  expect(received[0]).toMatchObject({ v: 1, site: 'shop', consent: 'granted', token: 'token-1' })
})

test('a 204 acknowledges too', async () => {
  answer(() => new HttpResponse(null, { status: 204 }))
  const { clock } = start(createBridge([track('a')]))
  clock.elapse()
  await settled()
})

test('a 429 is tried again no sooner than its Retry-After', async () => {
  answer(() => new HttpResponse(null, { status: 429, headers: { 'Retry-After': '7' } }), acknowledge)
  const { clock } = start(createBridge([track('a')]))
  clock.elapse()
  await vi.waitFor(() => expect(clock.delayMs()).toBe(7_000))
  expect(stored()).toHaveLength(1)
  clock.elapse()
  await settled()
  expect(received.map(({ batch }) => batch[0]?.messageId)).toEqual(['a', 'a'])
})

test('a 503 is tried again after a delay that doubles', async () => {
  answer(() => new HttpResponse(null, { status: 503 }))
  const { clock } = start(createBridge([track('a')]))
  for (const expectedMs of [500, 1_000, 2_000]) {
    clock.elapse()
    await vi.waitFor(() => expect(clock.delayMs()).toBe(expectedMs))
  }
  expect(stored()).toHaveLength(1)
})

test.each([
  ['a page of a captive portal', () => HttpResponse.html('<title>Log in</title>')],
  ['half an answer', () => HttpResponse.text('{"v":1,"resul')],
  ['an answer of another version', () => HttpResponse.json({ v: 99 })],
  ['no connection', () => HttpResponse.error()],
  ["a firewall's 403", () => HttpResponse.html('Forbidden', { status: 403 })],
  ['a 404 between two deployments', () => new HttpResponse(null, { status: 404 })],
])('%s acknowledges nothing: the events stay and are tried again', async (_name, answered) => {
  answer(answered, acknowledge)
  const { clock } = start(createBridge([track('a')]))
  clock.elapse()
  await vi.waitFor(() => expect(clock.delayMs()).toBe(500))
  expect(stored()).toHaveLength(1)
  clock.elapse()
  await settled()
})

test('while the service is slow no second request is begun', async () => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  answer(async (body) => {
    await held
    return acknowledge(body)
  })
  const bridge = createBridge([track('a')])
  const { sender, clock } = start(bridge)
  clock.elapse()
  await vi.waitFor(() => expect(received).toHaveLength(1))
  bridge._pendingEvents.push(track('b'))
  sender._notify()
  expect(clock.delayMs()).toBe(15_000)
  release()
  await vi.waitFor(() => expect(received).toHaveLength(2))
  await settled()
})

test('a request that the service does not answer within 15 s is given up and tried again', async () => {
  answer(async (body) => {
    await delay('infinite')
    return acknowledge(body)
  })
  const { clock } = start(createBridge([track('a')]))
  clock.elapse()
  await vi.waitFor(() => expect(received).toHaveLength(1))
  expect(clock.delayMs()).toBe(15_000)
  clock.elapse()
  await vi.waitFor(() => expect(clock.delayMs()).toBe(500))
  expect(stored()).toHaveLength(1)
})

test('what the service refuses for good is dropped, so that the others can leave', async () => {
  answer((body) =>
    body.batch[0]?.messageId === 'bad'
      ? HttpResponse.json({ error: { code: 'body_invalid', message: '' } }, { status: 400 })
      : acknowledge(body),
  )
  localStorage.setItem('pp.out', JSON.stringify([{ v: 1, site: 'shop', token: 't', batch: [track('bad')] }]))
  const { clock } = start(createBridge([track('good')]))
  clock.elapse()
  await settled()
  expect(received.map(({ batch }) => batch[0]?.messageId)).toEqual(['bad', 'good'])
})

test('a token that the service does not know is renewed once, and the events wait for the next one', async () => {
  answer(() => HttpResponse.json({ error: { code: 'token_invalid', message: '' } }, { status: 401 }))
  const bridge = createBridge([track('a')], 'old')
  const reset = vi.fn(() => {
    setToken('')
  })
  bridge._client['reset'] = reset
  const { clock } = start(bridge)
  clock.elapse()
  await vi.waitFor(() => expect(reset).toHaveBeenCalledTimes(1))
  expect(bridge._pendingEvents.map(({ messageId }) => messageId)).toEqual(['a'])
  expect(stored()).toEqual([])
})

test('every batch under a token that the service does not know goes out under the next one', async () => {
  answer((body) =>
    body.token === 'new'
      ? acknowledge(body)
      : HttpResponse.json({ error: { code: 'token_invalid', message: '' } }, { status: 401 }),
  )
  const old = ['a', 'b', 'c'].map((id) => ({ v: 1, site: 'shop', token: 'old', batch: [track(id)] }))
  localStorage.setItem('pp.out', JSON.stringify(old))
  const bridge = createBridge([], 'old')
  const reset = vi.fn(() => {
    setToken('new')
  })
  bridge._client['reset'] = reset
  const { clock } = start(bridge)
  clock.elapse()
  await settled()
  const sent = received.flatMap(({ token, batch }) => batch.map(({ messageId }) => `${messageId} as ${token}`))
  expect(sent.filter((one) => one.endsWith('new')).sort()).toEqual(['a as new', 'b as new', 'c as new'])
  expect(reset).toHaveBeenCalledTimes(1)
})

test('two tabs that share the lock send each event once, whoever has sealed it', async () => {
  answer(acknowledge)
  let queue = Promise.resolve()
  const lock = (_name: string, work: () => Promise<void>): Promise<void> => (queue = queue.then(work))
  const senders = ['a', 'b', 'c'].map((id) =>
    createSender(createBridge([track(id)]), onDropped, vi.fn(), { ...manualTiming().timing, lock }),
  )
  await Promise.all(senders.map(({ flush }) => flush()))
  expect(received.flatMap(({ batch }) => batch.map(({ messageId }) => messageId)).sort()).toEqual(['a', 'b', 'c'])
  expect(stored()).toEqual([])
})

test('withdrawal deletes what is stored, and ends the request that carries the id', async () => {
  answer(async () => {
    await delay('infinite')
    return HttpResponse.error()
  })
  const bridge = createBridge([track('a')])
  const { sender, clock } = start(bridge)
  clock.elapse()
  await vi.waitFor(() => expect(received).toHaveLength(1))
  bridge._config.consent = 'denied'
  bridge._pendingEvents.push(track('b'))
  sender._notify()
  sender._flushOnHide()
  expect(localStorage.length).toBe(0)
  expect(bridge._pendingEvents).toEqual([])
  await sender.flush()
  expect(received).toHaveLength(1)
})

test('without a token nothing is stored or sent, and events wait', () => {
  const bridge = createBridge([track('a')], '')
  const { clock } = start(bridge)
  clock.elapse()
  expect(localStorage.length).toBe(0)
  expect(bridge._pendingEvents).toHaveLength(1)
})

test('batches that an earlier page left in storage are sent by this one', async () => {
  answer(acknowledge)
  localStorage.setItem('pp.out', JSON.stringify([{ v: 1, site: 'shop', token: 'token-0', batch: [track('old')] }]))
  start(createBridge([])).clock.elapse()
  await settled()
  expect(received[0]).toMatchObject({ token: 'token-0', batch: [{ messageId: 'old' }] })
})

test('leaving the page stores everything and sends each batch by beacon once', () => {
  const beacons: string[] = []
  Object.assign(navigator, { sendBeacon: (_url: string, body: string) => beacons.push(body) > 0 })
  const { sender } = start(createBridge([track('a')]))
  sender._flushOnHide()
  sender._flushOnHide()
  expect(beacons).toHaveLength(1)
  expect(stored()[0]?.batch[0]?.messageId).toBe('a')
})

test('an event is unknown to the service until it has acknowledged it, and what was tracked meanwhile stays unknown', async () => {
  const bridge = createBridge([track('a')])
  bridge._trackedEvents = { Tried: true }
  const before = bridge._trackedEvents
  const isAway = (): Response => new HttpResponse(null, { status: 503 })
  answer((body) => {
    expect(bridge._trackedEvents).toBe(before)
    bridge._pendingEvents.push({ ...track('b'), event: 'Bought' } as Event)
    return acknowledge(body)
  }, isAway)
  const { clock } = start(bridge)
  clock.elapse()
  await vi.waitFor(() => {
    expect(bridge._trackedEvents).toEqual({ Bought: true })
  })
  expect(before).toEqual({ Tried: true })
})

test('an event that slots depend on leaves at once, another waits for company', async () => {
  answer(acknowledge)
  const bridge = createBridge([track('a')])
  bridge._isUrgent = true
  const { sender, clock } = start(bridge)
  expect(clock.delayMs()).toBe(0)
  clock.elapse()
  await settled()
  bridge._pendingEvents.push(track('b'))
  sender._notify()
  expect(clock.delayMs()).toBe(2_000)
})
