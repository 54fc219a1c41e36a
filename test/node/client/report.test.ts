// @vitest-environment jsdom
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { Bridge, Mark } from '../../../src/client/bridge.ts'
import { report } from '../../../src/client/report.ts'
import type { Event, JsonObject } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function createBridge(): Bridge {
  return {
    _config: configure({ site: 'shop' }),
    _pendingEvents: [] as Event[],
    _record: { site: 'shop@2', failures: 0, session: { views: 1, visits: 1 } },
    _marks: [] as Mark[],
    _notify: vi.fn(),
  } as Partial<Bridge> as Bridge
}

const circular: { self?: unknown } = {}
circular.self = circular

test.each<[string, unknown]>([
  ['a cycle', circular],
  ['a BigInt', 1n],
  ['a list with a BigInt', [1, 2n]],
  [
    'an object whose JSON throws',
    {
      toJSON: () => {
        throw new Error('no')
      },
    },
  ],
])('a property that is %s costs itself, is told, and no other', (_name, bad) => {
  for (const bag of ['properties', 'traits'] as const) {
    const bridge = createBridge()
    const values = { step: 'payment', bad, list: [1], absent: undefined } as unknown as JsonObject
    report(
      bridge,
      bag === 'traits' ? { type: 'identify', traits: values } : { type: 'track', event: 'Tried', properties: values },
    )
    expect(bridge._pendingEvents).toMatchObject([{ [bag]: { step: 'payment', list: [1] } }])
    expect(Object.keys((bridge._pendingEvents[0] as unknown as { [name: string]: object })[bag] as object)).toEqual([
      'step',
      'list',
    ])
    expect(bridge._marks).toEqual([['dropped:bad', undefined]])
  }
})

test('a property that throws when it is read costs itself, and no other', () => {
  const bridge = createBridge()
  const properties = Object.defineProperty({ step: 1 }, 'bad', {
    enumerable: true,
    get() {
      throw new Error('no')
    },
  })
  report(bridge, { type: 'track', event: 'Tried', properties })
  expect(bridge._pendingEvents).toMatchObject([{ properties: { step: 1 } }])
  expect(bridge._marks).toEqual([['dropped:bad', undefined]])
})

test('an event says what was true when it was reported', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.jsonValue(),
      ),
      (values) => {
        const bridge = createBridge()
        const properties = structuredClone(values) as JsonObject
        const expected: unknown = JSON.parse(JSON.stringify(values))
        report(bridge, { type: 'track', event: 'Tried', properties })
        for (const name of Object.keys(properties)) properties[name] = 'changed'
        expect(bridge._pendingEvents[0]).toMatchObject({ properties: expected as object })
      },
    ),
  )
})

test('ids differ although the page stops the clock and seeds its dice', () => {
  vi.useFakeTimers({ now: 0 })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const bridge = createBridge()
  for (let count = 0; count < 300; count++) report(bridge, { type: 'page' })
  expect(new Set(bridge._pendingEvents.map(({ messageId }) => messageId)).size).toBe(300)
})
