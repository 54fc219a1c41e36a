// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchSeen } from '../../../src/late/seen.ts'
import { serve } from '../../../src/late/serve.ts'
import { answerOf, insert, pass, respond, setUp, start, tearDown } from '../client/page-view.ts'

/** Tells the observer that all of the slot is in view. */
let seeAll: () => void

beforeEach(() => {
  setUp()
  class Observer {
    constructor(notify: (entries: object[]) => void) {
      seeAll = () => {
        notify([{ intersectionRatio: 1, intersectionRect: { height: 10 } }])
      }
    }
    observe = vi.fn()
    disconnect = vi.fn()
  }
  vi.stubGlobal('IntersectionObserver', Observer)
})
afterEach(tearDown)

test('a slot is seen with the decision that it shows, whatever was decided since', async () => {
  const bridge = start()
  const served = serve(bridge)
  const track = vi.fn()
  const applied: unknown[] = []
  watchSeen(bridge, served, track)
  served._onApplied((detail) => applied.push(detail))
  await insert()
  respond(bridge, answerOf({ variant: 'a', operations: [{ op: 'text', value: 'Personal' }] }))
  bridge._ask(bridge)
  respond(bridge, answerOf({ experience: 'other', variant: 'b' }))
  bridge._notify()
  expect(applied).toEqual([{ slot: 'hero', experience: 'e', variant: 'a', outcome: 'shown' }])
  seeAll()
  await pass(1_000)
  expect(track.mock.calls).toEqual([['pp:seen', { slot: 'hero', experience: 'e', variant: 'a' }]])
})

test('a live slot that shows something else is seen with that, once each', async () => {
  const bridge = start()
  const served = serve(bridge)
  const track = vi.fn()
  watchSeen(bridge, served, track)
  await insert()
  respond(bridge, answerOf({ variant: 'a', operations: [{ op: 'text', value: 'Personal' }] }))
  bridge._notify()
  const seeFirst = seeAll
  bridge._marks.push(['shown:hero', { reason: 'match', tier: 'live', experience: 'tv', variant: 'b' }])
  bridge._notify()
  seeFirst()
  seeAll()
  await pass(1_000)
  seeAll()
  await pass(1_000)
  expect(track.mock.calls).toEqual([['pp:seen', { slot: 'hero', experience: 'tv', variant: 'b' }]])
})
