// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveMessage } from '../../../src/protocol/index.ts'
import { FakeRequest, pass, respond, setUp, tearDown } from '../client/page-view.ts'
import { answerWith, asked, assigned, cue, openTv, planOf, respondContent, said, says, show } from './tv-page.ts'

class FakeSource extends EventTarget {
  static opened: FakeSource[] = []
  readyState = 0
  onerror: () => void = () => undefined
  address: string
  constructor(address: string) {
    super()
    this.address = address
    FakeSource.opened.push(this)
  }
  close(): void {
    this.readyState = 2
  }
  send(message: Partial<LiveMessage>): void {
    this.dispatchEvent(new MessageEvent('plan', { data: messageOf(message) }))
  }
}

class FakeChannel {
  static open: FakeChannel[] = []
  onmessage: (event: { data: unknown }) => void = () => undefined
  sent: unknown[] = []
  constructor() {
    FakeChannel.open.push(this)
  }
  postMessage(data: unknown): void {
    this.sent.push(data)
  }
  close(): void {
    FakeChannel.open = FakeChannel.open.filter((other) => other !== this)
  }
}

/** Requests of the lock that wait; the first of them gets it when the test says so. */
let waiting: (() => unknown)[]

const messageOf = (message: Partial<LiveMessage>): string =>
  JSON.stringify({ plan: planOf([], { version: '2' }), slots: {}, ...message })

const grant = (): unknown => waiting.shift()?.()

const polls = (): FakeRequest[] => FakeRequest.sent.filter(({ address }) => address.endsWith('&poll'))

const QUERY = 'site=shop&path=%2F&campaign=&referrer='

beforeEach(() => {
  setUp()
  waiting = []
  FakeSource.opened = []
  FakeChannel.open = []
  vi.stubGlobal('EventSource', FakeSource)
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  const locks = { request: (_name: string, run: () => unknown) => void waiting.push(run) }
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
})
afterEach(() => {
  Reflect.deleteProperty(navigator, 'locks')
  tearDown()
})

const contextual = { ...answerWith(planOf([])), consent: 'pending' as const }

/** A page that has the stream. */
async function openStream(answer = contextual) {
  const page = await openTv(answer)
  grant()
  const [source] = FakeSource.opened
  if (!source) throw new Error('There is no stream')
  return { ...page, source }
}

test('a page streams only while it holds the lock, and asks for what its decisions depend on', async () => {
  await openTv(contextual)
  expect(FakeSource.opened).toEqual([])
  grant()
  expect(FakeSource.opened.map(({ address }) => address)).toEqual([`/pp/v1/live?${QUERY}&v=1`])
})

test('a plan without a person takes effect at once, its content fetched, and the other tabs are told', async () => {
  const { hero, source, bridge } = await openStream()
  source.send({ slots: { hero: { reason: 'match', experience: 'tv', variant: 'a', content: 'spot' } } })
  await respondContent(says('On air'))
  expect(said(hero)).toBe('On air')
  expect(await assigned(bridge)).toEqual([['a', 'shown']])
  expect(asked()).toBe(1)
  expect(FakeChannel.open[0]?.sent).toMatchObject([[{ plan: { version: '2' } }, QUERY]])
})

test.each([
  ['with consent', answerWith(planOf([])), QUERY],
  ['of another path', contextual, 'site=shop&path=%2Fother&campaign=&referrer='],
])('a page %s asks for its own plan within 3 s', async (_what, answer, query) => {
  const { bridge } = await openTv(answer, { random: () => 0.5 })
  const message: unknown = JSON.parse(messageOf({ slots: { hero: { reason: 'match', content: 'spot' } } }))
  FakeChannel.open[0]?.onmessage({ data: [message, query] })
  await pass(1_499)
  expect(asked()).toBe(1)
  await pass(1)
  expect(asked()).toBe(2)
  respond(bridge, answerWith(planOf([], { version: '2' })))
  FakeChannel.open[0]?.onmessage({ data: [message, query] })
  await pass(3_000)
  expect(asked()).toBe(2)
})

test('what is stopped goes in the task of the message, though somebody uses it, with its cues', async () => {
  const plan = planOf([cue(1_000, { content: 'spot' }), cue(5_000, { content: 'spot', variant: 'b' })])
  const { hero, source } = await openStream({ ...answerWith(plan), consent: 'pending' })
  await respondContent(says('Spot'))
  await pass(1_000)
  hero.tabIndex = 0
  hero.focus()
  source.send({ stop: ['hero'] })
  expect(hero.outerHTML).toBe('<h1 data-pp-slot="hero" tabindex="0">Original</h1>')
  hero.blur()
  await pass(60_000)
  expect(said(hero)).toBe('Original')
})

test('a stop that a stream repeats when it is opened again takes nothing away from the plan that the page has', async () => {
  const { hero, source } = await openStream()
  const plan = planOf([cue(60_000, { content: 'spot', variant: 'b' })], { version: '3' })
  source.send({ stop: ['hero'] })
  source.send({ plan })
  await respondContent(says('Spot B'))
  // The browser asks the address that it has, with the version of then.
  source.send({ stop: ['hero'], plan })
  await pass(60_000)
  expect(said(hero)).toBe('Spot B')
})

test('a stream that brings nothing for 5 s is closed, and the page asks every 30 s', async () => {
  const { source } = await openStream()
  await pass(4_999)
  expect(source.readyState).toBe(0)
  await pass(1)
  expect(source.readyState).toBe(2)
  await pass(1)
  expect(polls()).toHaveLength(1)
  await pass(30_000)
  expect(polls().map(({ address }) => address)).toEqual(Array(2).fill(`/pp/v1/live?${QUERY}&v=1&poll`))
})

test('a stream that is refused (503) is asked for instead; one that is interrupted is left to the browser', async () => {
  const { source } = await openStream()
  source.send({})
  source.onerror()
  await pass(60_000)
  expect(polls()).toEqual([])
  source.readyState = 2
  source.onerror()
  await pass()
  expect(polls()).toHaveLength(1)
})

test('what polling brings counts as what a stream does', async () => {
  const { hero, source } = await openStream()
  source.readyState = 2
  source.onerror()
  await pass()
  const [poll] = polls()
  if (!poll) throw new Error('Nobody asked')
  poll.response = JSON.parse(messageOf({ slots: { hero: { reason: 'match', variant: 'a', content: 'spot' } } }))
  poll.onloadend()
  await respondContent(says('On air'))
  expect(said(hero)).toBe('On air')
})

test('a page that is hidden or left closes stream and channel and gives the lock back; visible again it begins anew', async () => {
  const { source } = await openStream()
  show(false)
  expect([source.readyState, FakeChannel.open]).toEqual([2, []])
  show()
  grant()
  expect(FakeSource.opened).toHaveLength(2)
  dispatchEvent(new Event('pagehide'))
  expect([FakeSource.opened[1]?.readyState, FakeChannel.open]).toEqual([2, []])
  dispatchEvent(new Event('pageshow'))
  show(false)
  // The lock comes to a page that has gone.
  expect(grant()).toBe(false)
  expect(FakeSource.opened).toHaveLength(2)
})

test('where there are no locks a page asks and does not stream', async () => {
  Reflect.deleteProperty(navigator, 'locks')
  await openTv(contextual)
  await pass()
  expect([FakeSource.opened.length, polls().length]).toEqual([0, 1])
})
