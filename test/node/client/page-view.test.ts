// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Bridge, BRIDGE_VERSION } from '../../../src/client/bridge.ts'
import { start as startLate } from '../../../src/late/late.ts'
import { columns, table } from '../../shared/spec/read-spec.ts'
import {
  answerOf,
  destroy,
  FakeRequest,
  insert,
  isHidden,
  keep,
  loadLate,
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

const personal = answerOf({ operations: [{ op: 'text', value: 'Personal' }] })
const twoHosts = { endpoint: '/first /second' }

/** The cells of a table of transitions in SPEC.md: event, state, and the state after. */
function cells(heading: string): [event: string, from: string, to: string][] {
  const [, ...states] = columns(heading)
  return table(heading)
    .flatMap(([event = '', ...after]) =>
      after.map((to, index): [string, string, string] => [event, states[index] ?? '', to]),
    )
    .filter(([, , to]) => to !== '—')
}

/** Returns the state of a slot, as its page and the client's marks show it. */
function slotState(bridge: Bridge, element: HTMLElement): string {
  const place = bridge._view._foundSlots.find((other) => other._element === element)
  if (place && bridge._view._pendingSlots.includes(place))
    return place._isPainted && !isHidden(element) ? 'painted' : isHidden(element) ? 'hidden' : 'pending'
  expect(isHidden(element)).toBe(false)
  const outcomes = bridge._marks.filter(([note]) => note.endsWith(':hero')).map(([note]) => note.split(':')[0])
  const assigned = bridge._pendingEvents.filter((event) => event.type === 'track' && event.event === 'pp:assigned')
  expect(assigned.map((event) => 'properties' in event && event.properties?.['outcome'])).toEqual(outcomes)
  expect(element.textContent).toBe(outcomes[0] === 'shown' && !bridge._view._redirect ? 'Personal' : 'Original')
  return outcomes.join() || 'original'
}

const enterSlotState: { [state: string]: (isSeen: boolean) => Promise<[Bridge, HTMLElement]> } = {
  async hidden(isSeen) {
    const bridge = start(twoHosts)
    if (isSeen) await pass(16)
    return [bridge, await insert()]
  },
  async pending(isSeen) {
    const bridge = start({ ...twoHosts, budgetMs: 0 })
    if (isSeen) await pass(16)
    return [bridge, await insert()]
  },
  async painted(isSeen) {
    const element = await insert()
    const bridge = start(twoHosts)
    if (isSeen) await pass(16)
    return [bridge, element]
  },
}

/** Both hosts have answered with this. */
function fail(bridge: Bridge): void {
  respond(bridge, null)
  respond(bridge, null)
}

const slotEvents: { [event: string]: (bridge: Bridge) => unknown } = {
  'an answer with operations': (bridge) => {
    respond(bridge, personal)
  },
  'an answer with a control': (bridge) => {
    respond(bridge, answerOf({ operations: [] }))
  },
  'an answer whose operations throw': (bridge) => {
    respond(bridge, answerOf({ operations: [{ op: 'attribute', name: 'no name', value: '' }] }))
  },
  'an answer with a redirect to follow': (bridge) => {
    respond(bridge, answerOf({ redirect: '/sale' }))
    expect(replace).toHaveBeenCalledTimes(bridge._marks.some(([note]) => note === 'shown:hero') ? 1 : 0)
  },
  'an answer with a redirect to refuse': (bridge) => {
    respond(bridge, answerOf({ redirect: 'javascript:run()' }))
  },
  'an answer with a redirect, after a frame with a body': (bridge) => {
    respond(bridge, answerOf({ redirect: '/sale' }))
    expect(replace).not.toHaveBeenCalled()
  },
  'an answer without the slot': (bridge) => {
    respond(bridge, answerOf())
  },
  'no answer, another host left': (bridge) => {
    respond(bridge, null)
  },
  'no answer from the last host': fail,
  'an animation frame': () => pass(16),
  'the budget is over': () => pass(16 + 200),
  'the wall time is over': () => pass(800),
  'consent changes': (bridge) => bridge._client['consent']?.('pending' as never),
  '`reset`': (bridge) => bridge._client['reset']?.(),
  '`destroy`': destroy,
}

test.each(cells('Transitions of a slot'))('%s: a slot that is %s becomes %s', async (event, from, to) => {
  const [bridge, element] = (await enterSlotState[from]?.(event.endsWith('with a body'))) ?? expect.unreachable()
  expect(slotState(bridge, element)).toBe(from)
  await slotEvents[event]?.(bridge)
  expect(slotState(bridge, element)).toBe(to)
})

test('the table of a slot has every event that the test knows, in every state', () => {
  expect(table('Transitions of a slot').map(([event]) => event)).toEqual(Object.keys(slotEvents))
  expect(columns('Transitions of a slot').slice(1)).toEqual(Object.keys(enterSlotState))
})

test.each(['operations', 'control', 'throw', 'without the slot', 'refuse', 'last host'])(
  'a slot keeps what became of it, whatever comes later: %s',
  async (end) => {
    const [bridge, element] = (await enterSlotState['hidden']?.(false)) ?? expect.unreachable()
    await Object.entries(slotEvents).find(([event]) => event.endsWith(end))?.[1](bridge)
    const state = slotState(bridge, element)
    bridge._client['reset']?.()
    bridge._pendingEvents = [] // They were the last visitor's.
    respond(bridge, answerOf({ operations: [{ op: 'text', value: 'Other' }] }))
    await pass(1_000)
    expect(Boolean(bridge._view._hasFallenBack)).toBe(end === 'last host')
    expect(element.textContent).toBe(state === 'shown' ? 'Personal' : 'Original')
    const marks = bridge._marks.map(([note]) => note).filter((note) => note.endsWith(':hero'))
    expect(marks).toEqual(state === 'original' ? [] : [`${state}:hero`])
  },
)

/** Returns true if the view sends a request: a deferred one is sent once the page was painted. */
async function viewState(bridge: Bridge): Promise<string> {
  if (bridge._config.consent === 'denied') return 'ended'
  if (bridge._view._request) return 'asking'
  await pass(16 + 200)
  return bridge._view._request ? 'deferred' : 'idle'
}

const enterViewState: { [state: string]: () => Bridge } = {
  deferred() {
    keep(personal)
    return start(twoHosts)
  },
  asking: () => start(twoHosts),
  idle() {
    const bridge = start(twoHosts)
    respond(bridge, personal)
    return bridge
  },
}

const viewEvents: { [event: string]: (bridge: Bridge) => unknown } = {
  'an answer': slotEvents['an answer with operations'] as never,
  'no answer, another host left': slotEvents['no answer, another host left'] as never,
  'no answer from the last host': fail,
  'a slot that waits is found': async (bridge) => {
    if (bridge._record.answer) bridge._record.answer.slots['hero'] = null
    await insert()
  },
  'the page was painted': () => pass(16 + 200),
  'the wall time is over': () => pass(800),
  'consent changes': slotEvents['consent changes'] as never,
  '`reset`': slotEvents['`reset`'] as never,
  '`identify`': (bridge) => bridge._client['identify']?.('u1' as never),
  '`track`': (bridge) => bridge._client['track']?.('Bought' as never),
  '`destroy`': destroy,
}

test.each(cells('Transitions of a view'))('%s: a view that is %s becomes %s', async (event, from, to) => {
  const bridge = enterViewState[from]?.() ?? expect.unreachable()
  expect(bridge._view._request !== undefined).toBe(from === 'asking')
  await viewEvents[event]?.(bridge)
  expect(await viewState(bridge)).toBe(to)
})

test('the table of a view has every event that the test knows, in every state', () => {
  expect(table('Transitions of a view').map(([event]) => event)).toEqual(Object.keys(viewEvents))
  expect(columns('Transitions of a view').slice(1)).toEqual(Object.keys(enterViewState))
})

test.each([0, 1, 15, 100, 400, 590, 700, 799])(
  'a slot that comes %i ms after boot is hidden for 200 ms from its first frame at most, and not after 800 ms',
  async (atMs) => {
    start()
    await pass(atMs)
    const element = await insert()
    const firstFrameMs = Math.floor(atMs / 16) * 16 + 16
    expect(isHidden(element)).toBe(true)
    while (isHidden(element)) await pass(1)
    expect(Date.now()).toBeLessThanOrEqual(Math.min(firstFrameMs + 200, 800))
    expect(Date.now()).toBeGreaterThanOrEqual(Math.min(firstFrameMs + 184, 800))
  },
)

test('a slot that comes more than 800 ms after boot is not hidden', async () => {
  start()
  await pass(801)
  expect(isHidden(await insert())).toBe(false)
})

test.each([
  ['the page asks for no hiding', () => start({ budgetMs: 0 })],
  [
    'the browser can construct no sheet',
    () => {
      vi.spyOn(document, 'adoptedStyleSheets', 'get').mockReturnValue(undefined as never)
      return start()
    },
  ],
  [
    'three views in a row had no decision in time',
    () => {
      keep(undefined, 3)
      return start()
    },
  ],
])('where %s, a slot is seen from its first frame on, and then never swapped', async (_name, begin) => {
  const bridge = begin()
  const element = await insert()
  expect(slotState(bridge, element)).toBe('pending')
  await pass(16)
  respond(bridge, personal)
  expect(slotState(bridge, element)).toBe('late')
})

test('a view that shows no decision in time counts once, however many slots have waited', async () => {
  const bridge = start()
  await insert()
  await insert('teaser')
  await pass(1_000)
  expect(bridge._marks).toEqual([['fallback:timeout', undefined]])
  expect(bridge._record.failures).toBe(1)
})

test.each([
  [2, 'shown'],
  [3, 'failed'],
])('after %i redirects in a row the next one is %s', async (failures, outcome) => {
  keep(answerOf({ redirect: '/sale' }), failures)
  const bridge = start()
  await insert()
  expect(bridge._marks.map(([note]) => note)).toEqual([`${outcome}:hero`])
  expect(replace.mock.calls).toEqual(outcome === 'shown' ? [['http://localhost:3000/sale']] : [])
  expect(bridge._record.failures).toBe(outcome === 'shown' ? failures + 1 : failures)
})

test('a page that a redirect is leaving is hidden, and seen again 800 ms after boot if it is still there', async () => {
  const bridge = start()
  await insert()
  respond(bridge, answerOf({ redirect: '/sale' }))
  expect(isHidden(document.documentElement)).toBe(true)
  await pass(800)
  expect(isHidden(document.documentElement)).toBe(false)
})

test('a page sends one request at a time', async () => {
  const bridge = start()
  await insert()
  await insert('teaser')
  expect(FakeRequest.sent).toHaveLength(1)
  bridge._client['reset']?.()
  expect(FakeRequest.sent.map(({ isAborted }) => isAborted)).toEqual([true, false])
})

test('the answer to a request that was aborted changes nothing', async () => {
  const bridge = start()
  const element = await insert()
  const { _request: request } = bridge._view
  bridge._client['reset']?.()
  Object.assign(request ?? {}, { status: 200, response: structuredClone(personal) })
  request?.onloadend?.(new ProgressEvent('loadend'))
  expect(slotState(bridge, element)).toBe('hidden')
  expect([bridge._record.answer, FakeRequest.sent.length]).toEqual([undefined, 2])
})

test.each(['granted', 'pending', 'denied'] as const)(
  'with consent that is %s a request carries what this allows, and no more',
  (consent) => {
    document.cookie = 'pp_id=a.b.c;Path=/'
    setUp('http://localhost:3000/?pp_link=l.m.n')
    start({ consent })
    const { token, session, link } = JSON.parse(FakeRequest.sent[0]?.body ?? '')
    expect({ token, session, link }).toEqual(
      consent === 'granted' ? { token: 'a.b.c', session: { views: 1, visits: 1 }, link: 'l.m.n' } : {},
    )
  },
)

test('under Global Privacy Control neither `identify` nor `alias` sends an id', () => {
  Object.assign(navigator, { globalPrivacyControl: true })
  const bridge = start()
  bridge._client['identify']?.('u1' as never, { plan: 'gold' } as never)
  bridge._client['alias']?.('u1' as never, 'u0' as never)
  startLate(bridge, vi.fn(), vi.fn(), vi.fn())
  Object.assign(navigator, { globalPrivacyControl: undefined })
  expect(bridge._pendingEvents).toMatchObject([{ type: 'identify', traits: { plan: 'gold' } }])
  expect(JSON.stringify(bridge._pendingEvents)).not.toMatch(/u[01]/)
})

test('an element is met once for a slot, and what comes inside it is not met for the same slot', async () => {
  vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading')
  const bridge = start()
  const element = await insert()
  element.append(await insert())
  element.append(document.createElement('i'))
  await pass()
  expect(bridge._view._foundSlots.map(({ slot }) => slot)).toEqual(['hero', 'hero'])
  element.innerHTML = '<p data-pp-slot="hero"></p><p data-pp-slot="teaser"></p>'
  await pass()
  expect(bridge._view._foundSlots.map(({ slot }) => slot)).toEqual(['hero', 'hero', 'teaser'])
})

test.each(['loading', 'complete'] as const)(
  '50 elements of a slot are handled in a view: the page is %s',
  async (state) => {
    vi.spyOn(document, 'readyState', 'get').mockReturnValue(state)
    const bridge = start()
    for (let count = 0; count < 51; count++) await insert()
    expect(bridge._view._foundSlots).toHaveLength(50)
    await insert('teaser')
    expect(bridge._view._foundSlots).toHaveLength(51)
  },
)

test('the late chunk comes 200 ms after the first frame of the whole page', async () => {
  const state = vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading')
  start()
  await pass(62 * 16)
  state.mockReturnValue('interactive')
  await pass(16 + 199)
  expect(loadLate).not.toHaveBeenCalled()
  await pass(1)
  expect(loadLate).toHaveBeenCalledTimes(1)
})

test.each([
  [BRIDGE_VERSION, true],
  [BRIDGE_VERSION + 1, false],
])('a late chunk finds version %i of the bridge: it serves the calls that wait is %s', async (version, isServed) => {
  const bridge = start()
  bridge._version = version
  bridge._client['group']?.('g1' as never)
  const loadApi = vi.fn()
  startLate(bridge, loadApi, vi.fn(), vi.fn())
  expect(loadApi.mock.calls.length === 1).toBe(isServed)
})
