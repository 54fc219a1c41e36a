// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import type { ClientOptions } from '../../../src/client/config.ts'
import { start as startLate } from '../../../src/late/late.ts'
import type { SlotDecision } from '../../../src/protocol/index.ts'
import {
  answerOf,
  append,
  FakeRequest,
  goTo,
  insert,
  isHidden,
  keep,
  pass,
  replace,
  respond,
  setUp,
  start,
  tearDown,
} from './page-view.ts'

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

const text = (value: string, more: Partial<SlotDecision> = {}) =>
  answerOf({ operations: [{ op: 'text', value }], ...more })

/** Returns the text that a person sees: the page's own nodes in a slot with a variant are hidden. */
const said = (element: Element): string =>
  Array.from(element.childNodes, (node) =>
    node instanceof Element && node.hasAttribute('hidden') ? '' : node.textContent,
  ).join('')

/** A page whose first view has had this answer; its slot was there from the first frame on. */
async function open(answer = text('First'), options: Partial<ClientOptions> = {}): Promise<[Bridge, HTMLElement]> {
  const bridge = start(options)
  const element = await insert()
  respond(bridge, answer)
  await pass(16)
  return [bridge, element]
}

const asked = (): string[] => FakeRequest.sent.map(({ body }) => JSON.parse(body).page.path)

const outcomes = (bridge: Bridge): unknown[] =>
  bridge._pendingEvents.map((event) =>
    event.type === 'track' ? [event.event, event.properties?.['slot'], event.properties?.['outcome']] : event.type,
  )

test('a route shows cached decisions in the microtask in which it is rendered, and asks anew', async () => {
  const [bridge, old] = await open()
  bridge._config.pages = undefined
  bridge._pendingEvents = []
  goTo('/second')
  old.remove()
  const element = append()
  await pass()
  expect(said(element)).toBe('First')
  expect(asked()).toEqual(['/', '/second'])
  expect(outcomes(bridge)).toEqual([['pp:assigned', 'hero', 'shown'], 'page'])
  expect(bridge._record.session).toEqual({ views: 2, visits: 1 })
})

test('a slot of a route without a valid decision is hidden until the answer, which the route alone has asked for', async () => {
  const [bridge, old] = await open(text('First', { vary: ['path'] }))
  goTo('/second')
  old.remove()
  const element = append()
  await pass()
  expect([said(element), isHidden(element)]).toEqual(['Original', true])
  respond(bridge, text('Second', { vary: ['path'] }))
  expect([said(element), isHidden(element)]).toEqual(['Second', false])
})

test.each([0, 30, 199])(
  'an answer %i ms after the route is shown, one after 300 ms is late, and no slot is hidden longer',
  async (ms) => {
    const [bridge, old] = await open(text('First', { vary: ['path'] }))
    for (const [path, afterMs, end] of [
      ['/second', ms, 'Second'],
      ['/third', 300, 'Original'],
    ] as const) {
      goTo(path)
      document.body.replaceChildren()
      const element = append()
      await pass(afterMs)
      expect(isHidden(element)).toBe(afterMs < 200)
      respond(bridge, text('Second', { vary: ['path'] }))
      expect([said(element), isHidden(element)]).toEqual([end, false])
    }
    expect(old.isConnected).toBe(false)
  },
)

test('an answer that comes before its route is rendered is shown with it', async () => {
  const [bridge, old] = await open(text('First', { vary: ['path'] }))
  goTo('/second')
  bridge._look(bridge)
  await pass(1_000)
  respond(bridge, text('Second'))
  expect(said(old)).toBe('First')
  old.remove()
  const element = append()
  await pass()
  expect([said(element), isHidden(element)]).toEqual(['Second', false])
})

test('an element that the app uses again is a slot of the new route once it is rendered anew', async () => {
  const [bridge, element] = await open()
  const own = element.firstChild as Text
  goTo('/second')
  bridge._look(bridge)
  respond(bridge, text('Second'))
  expect(said(element)).toBe('First')
  own.data = 'Other original'
  await pass()
  expect(said(element)).toBe('Second')
  own.data = 'Original'
  await pass()
  expect(said(element)).toBe('Original')
})

test('an attribute that the app has set meanwhile stays when a slot is given back', async () => {
  const [bridge, element] = await open(
    answerOf({
      operations: [
        { op: 'text', value: 'First' },
        { op: 'attribute', name: 'href', value: '#ours' },
        { op: 'attribute', name: 'title', value: 'Ours' },
      ],
    }),
  )
  goTo('/second')
  bridge._look(bridge)
  respond(bridge, answerOf())
  element.setAttribute('href', '/theirs')
  ;(element.firstChild as Text).data = 'Other'
  await pass()
  expect([said(element), element.getAttribute('href'), element.getAttribute('title')]).toEqual([
    'Other',
    '/theirs',
    null,
  ])
})

test('a slot that a route leaves in the page stays as it is, and is not reported again', async () => {
  const [bridge, element] = await open()
  bridge._pendingEvents = []
  goTo('/second')
  append('teaser')
  await pass()
  respond(bridge, text('Second'))
  expect(said(element)).toBe('First')
  expect(outcomes(bridge)).toEqual([])
})

test('a slot that waits as the app goes on to another route gets that one’s decision, and waits no longer for it', async () => {
  const bridge = start()
  const element = await insert()
  await pass(100)
  goTo('/home')
  append('teaser')
  await pass()
  expect(FakeRequest.sent.map(({ isAborted }) => isAborted)).toEqual([true, false])
  expect(isHidden(element)).toBe(true)
  respond(bridge, text('Home'))
  expect(said(element)).toBe('Home')

  goTo('/next')
  document.body.replaceChildren()
  bridge._record.answer = undefined
  const other = append()
  await pass(100)
  goTo('/last')
  append('teaser')
  await pass(99)
  expect(isHidden(other)).toBe(false)
  expect(bridge._record.session).toEqual({ views: 4, visits: 1 })
})

test('a host that had no time to answer before the app went on is not passed over', async () => {
  start({ endpoint: '/one /two' })
  goTo('/home')
  const opened = vi.spyOn(FakeRequest.prototype, 'open')
  append()
  await pass()
  expect(opened.mock.calls).toEqual([['POST', '/one/v1/decide']])
})

test.each([
  ['path', '/#part', 0],
  ['path', '/?page=2', 0],
  ['path', '/second', 1],
  ['search', '/?page=2#part', 1],
  ['search', '/#part', 0],
  ['load', '/second', 0],
] as const)('with views by %s, going to %s begins %i view', async (views, address, count) => {
  await open(undefined, { views })
  goTo(address)
  append('teaser')
  await pass()
  expect(asked()).toHaveLength(1 + count)
})

test('the referrer of the page is a fact of its first view alone', async () => {
  vi.spyOn(document, 'referrer', 'get').mockReturnValue('https://search.example/')
  await open()
  goTo('/second')
  append()
  await pass()
  const [first, second] = FakeRequest.sent.map(({ body }) => JSON.parse(body).page.referrer)
  expect([first, second]).toEqual(['search.example', ''])
})

test('a redirect of a route is late, unless somebody takes it: then the app goes there, and no page is loaded', async () => {
  const [bridge] = await open(text('First', { vary: ['path'] }))
  for (const isTaken of [false, true]) {
    const navigate = vi.fn()
    if (isTaken) bridge._navigate = navigate
    bridge._pendingEvents = []
    goTo(`/second/${isTaken}`)
    document.body.replaceChildren()
    append()
    await pass()
    respond(bridge, answerOf({ redirect: '/sale' }))
    await pass()
    expect(outcomes(bridge)).toEqual([['pp:assigned', 'hero', isTaken ? 'shown' : 'late']])
    expect(navigate.mock.calls).toEqual(isTaken ? [['http://localhost:3000/sale']] : [])
  }
  expect(replace).not.toHaveBeenCalled()
  expect(isHidden(document.documentElement)).toBe(false)
})

test('a cached decision is used up by the slots that show it, not by routes without them', async () => {
  keep(text('Cached', { uses: 2 }))
  const bridge = start()
  const uses = (): unknown => bridge._record.answer?.slots['hero']?.uses
  await insert()
  expect(uses()).toBe(1)
  goTo('/second')
  document.body.replaceChildren()
  await pass()
  expect(uses()).toBe(1)
  goTo('/third')
  append()
  append()
  await pass()
  expect(uses()).toBe(0)
})

test('an event drops a decision until an answer that was asked for after the service had acknowledged it', async () => {
  const decision = text('First', { events: ['Bought'] })
  const [bridge] = await open(decision)
  bridge._client['track']?.('Bought' as never)
  const isKnown = (): boolean => bridge._record.answer?.slots['hero'] !== null
  expect(isKnown()).toBe(false)
  bridge._ask(bridge)
  // As the sender does with the acknowledgement (`late/sender.ts`).
  bridge._trackedEvents = {}
  respond(bridge, decision)
  expect(isKnown()).toBe(false)
  bridge._ask(bridge)
  respond(bridge, decision)
  expect(isKnown()).toBe(true)
})

test('the late chunk looks when the address changes', async () => {
  const navigation = new EventTarget()
  vi.stubGlobal('navigation', navigation)
  const [bridge] = await open()
  startLate(bridge, vi.fn(), vi.fn(), vi.fn())
  for (const [path, target, event] of [
    ['/second', navigation, 'currententrychange'],
    ['/third', window, 'popstate'],
  ] as const) {
    goTo(path)
    target.dispatchEvent(new Event(event))
    expect(asked().at(-1)).toBe(path)
  }
})

test.each([
  ['a variable', { items: [] }],
  ['null', null],
  ['an element of that id', document.createElement('nav')],
])('a page with %s called `navigation` costs the late chunk nothing', async (_kind, navigation) => {
  vi.stubGlobal('navigation', navigation)
  const [bridge] = await open()
  startLate(bridge, vi.fn(), vi.fn(), vi.fn())
  goTo('/second')
  window.dispatchEvent(new Event('popstate'))
  expect(asked()).toEqual(['/', '/second'])
})

test('a page from the back/forward cache begins a view: what it shows stays, and what is stored since then counts', async () => {
  const [bridge, element] = await open()
  startLate(bridge, vi.fn(), vi.fn(), vi.fn())
  bridge._pendingEvents = []
  const stored = JSON.parse(localStorage.getItem('pp') ?? '')
  localStorage.setItem('pp', JSON.stringify({ ...stored, session: { views: 7, visits: 2 } }))
  for (const [persisted, views] of [
    [false, 1],
    [true, 8],
  ] as const) {
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
    expect(bridge._record.session.views).toBe(views)
  }
  respond(bridge, text('Second'))
  expect(said(element)).toBe('First')
  expect(outcomes(bridge)).toEqual([])
  expect(asked()).toEqual(['/', '/'])
})
