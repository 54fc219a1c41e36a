import { vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { startClient } from '../../../src/client/client.ts'
import type { ClientOptions } from '../../../src/client/config.ts'
import { end } from '../../../src/late/end.ts'
import { revert } from '../../../src/late/revert.ts'
import type { DecideResponse, SlotDecision } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

/** A request that the test answers. */
export class FakeRequest {
  static sent: FakeRequest[] = []
  body = ''
  status = 0
  response: unknown = null
  isAborted = false
  onloadend: () => void = () => undefined
  address = ''
  open(_method: string, address: string): void {
    this.address = address
  }
  send(body: string): void {
    this.body = body
    FakeRequest.sent.push(this)
  }
  abort(): void {
    this.isAborted = true
    this.onloadend()
  }
}

const open: Bridge[] = []

/** Takes the address that a redirect leads to; nothing goes there. */
export const replace = vi.fn()

/** Changes the address without a load, as `history.pushState` does; tells nobody. */
export function goTo(address: string): void {
  const { href, protocol, host, pathname, search, hash } = new URL(address, location.href)
  vi.stubGlobal('location', { href, protocol, host, pathname, search, hash, replace })
}

/** A browser in which time passes if the test says so, at this address. Call before each test. */
export function setUp(address = 'http://localhost:3000/'): void {
  goTo(address)
  replace.mockClear()
  vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout', 'requestAnimationFrame'] })
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
  FakeRequest.sent = []
  localStorage.clear()
  document.body.innerHTML = ''
}

/** Ends every client. Call after each test. */
export function tearDown(): void {
  for (const bridge of open.splice(0)) destroy(bridge)
  document.documentElement.removeAttribute('data-pp-hidden')
  for (const name of ['pp_consent', 'pp_id']) document.cookie = `${name}=;Path=/;Max-Age=0`
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
}

export const loadLate = vi.fn()

export function start(options: Partial<ClientOptions> = {}): Bridge {
  loadLate.mockClear()
  const bridge = startClient(configure({ site: 'shop', consent: 'granted', ...options }), loadLate)
  open.push(bridge)
  return bridge
}

export function destroy(bridge: Bridge): void {
  end(bridge, { _isDestroyed: false, _enders: [] })
  revert(bridge._view._foundSlots)
}

/** Lets so much time pass, in ms, and the observer see what is new. */
export async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

/** Adds a slot to the page, as the parser or an app does; the observer sees it later. */
export function append(slot = 'hero', text = 'Original'): HTMLElement {
  const element = document.createElement('h1')
  element.setAttribute('data-pp-slot', slot)
  element.textContent = text
  document.body.append(element)
  return element
}

/** Adds a slot to the page, and lets the observer see it. */
export async function insert(slot = 'hero'): Promise<HTMLElement> {
  const element = append(slot)
  await pass()
  return element
}

export const isHidden = (element: Element): boolean => element.hasAttribute('data-pp-hidden')

/** An answer that decides this for the slot `hero`; nothing for no slot at all. */
export function answerOf(decision?: Partial<SlotDecision>): DecideResponse {
  const hero: SlotDecision = { reason: 'match', tier: 'live', experience: 'e', variant: 'a', ...decision }
  return { v: 1, catalog: 'c', consent: 'granted', ttlMs: 60_000, slots: decision ? { hero } : {} }
}

/** Ends the question under way with this response; null for none of ours. */
export function respond(bridge: Bridge, response: DecideResponse | null): void {
  const request = bridge._view._request as unknown as FakeRequest
  Object.assign(request, { status: response ? 200 : 0, response: structuredClone(response) })
  request.onloadend()
}

/** Keeps this answer for the page, as an earlier view does; undefined for none. */
export function keep(response: DecideResponse | undefined, failures = 0): void {
  const session = { views: 1, visits: 1 }
  const page = { path: location.pathname, campaign: '', referrer: '' }
  const record = { site: 'shop@2', failures, session, answer: response, savedMs: Date.now(), page }
  localStorage.setItem('pp', JSON.stringify(record))
}
