// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pass, respond, setUp, tearDown } from '../client/page-view.ts'
import {
  answerWith,
  asked,
  assigned,
  at,
  contentsAsked,
  cue,
  openTv,
  planOf,
  respondContent,
  said,
  says,
  show,
} from './tv-page.ts'

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

test('a cue shows its content at its time, and the next one ends it, without a request at either', async () => {
  const { bridge, hero } = await openTv(
    answerWith(
      planOf([cue(60_000, { content: 'spot' }), cue(90_000, { reason: 'no-match', experience: undefined } as never)]),
    ),
  )
  expect(contentsAsked()).toEqual(['/pp/v1/content/shop/spot'])
  await respondContent(says('As seen on TV'))
  await pass(59_999)
  expect(said(hero)).toBe('Original')
  const before = asked()
  await pass(1)
  expect(said(hero)).toBe('As seen on TV')
  await pass(29_999)
  expect(said(hero)).toBe('As seen on TV')
  await pass(1)
  expect(hero.outerHTML).toBe('<h1 data-pp-slot="hero">Original</h1>')
  expect([asked(), contentsAsked().length]).toEqual([before, 1])
  expect(await assigned(bridge)).toEqual([['a', 'shown']])
})

test.each(['control', 'holdout'] as const)(
  'a cue for the %s leaves the page as it is, and is reported at its time',
  async (reason) => {
    const { bridge, hero } = await openTv(answerWith(planOf([cue(5_000, { reason, variant: 'none' })])))
    await pass(4_999)
    expect(await assigned(bridge)).toEqual([])
    await pass(1)
    expect(await assigned(bridge)).toEqual([['none', 'control']])
    expect(said(hero)).toBe('Original')
  },
)

test('content that is not there in time is late, and the slot stays as it is', async () => {
  const { bridge, hero } = await openTv(answerWith(planOf([cue(5_000, { content: 'spot' })])))
  await pass(5_000)
  await respondContent(says('As seen on TV'))
  await pass(60_000)
  expect(said(hero)).toBe('Original')
  expect(await assigned(bridge)).toEqual([['a', 'late']])
})

test('content that could not be fetched is asked for again with the next plan', async () => {
  const { bridge, hero } = await openTv(answerWith(planOf([cue(50_000, { content: 'spot' })])))
  await respondContent(null)
  bridge._ask(bridge)
  respond(bridge, answerWith(planOf([cue(50_000, { content: 'spot' })])))
  expect(contentsAsked()).toHaveLength(2)
  await respondContent(says('As seen on TV'))
  await pass(50_000)
  expect(said(hero)).toBe('As seen on TV')
})

test('what has begun before the plan came is shown when its content is there', async () => {
  const { bridge, hero } = await openTv(answerWith(planOf([cue(-5_000, { content: 'spot' })])))
  await pass(700)
  await respondContent(says('As seen on TV'))
  expect(said(hero)).toBe('As seen on TV')
  expect(await assigned(bridge)).toEqual([['a', 'shown']])
})

test('an event of the page cancels the cue that names it', async () => {
  const { bridge, hero } = await openTv(
    answerWith(planOf([cue(5_000, { content: 'spot', events: ['Order Completed'] })])),
  )
  await respondContent(says('As seen on TV'))
  bridge._client['track']?.(...(['Order Completed'] as never[]))
  // The service has it meanwhile, but the plan is of before.
  bridge._trackedEvents = {}
  await pass(60_000)
  expect(said(hero)).toBe('Original')
  expect(await assigned(bridge)).toEqual([])
})

test('without the time of the service a cue comes when it has passed for certain, whatever the device says', async () => {
  const plan = planOf([cue(0, { content: 'past' }), cue(60_000, { content: 'spot' })], { untilMs: at(900_000) })
  delete plan.nowMs
  const { hero } = await openTv(answerWith(plan))
  await respondContent(says('As seen on TV'))
  await pass(59_999)
  expect(said(hero)).toBe('Original')
  await pass(1)
  expect(said(hero)).toBe('As seen on TV')
})

test('a hidden page changes nothing; visible again it asks, and shows what is right by then', async () => {
  const { bridge, hero } = await openTv(
    answerWith(planOf([cue(5_000, { content: 'spot' }), cue(20_000, { content: 'next', variant: 'b' })])),
  )
  await respondContent(says('Next'))
  show(false)
  await pass(30_000)
  expect(said(hero)).toBe('Original')
  const before = asked()
  show()
  expect([asked(), said(hero)]).toEqual([before + 1, 'Next'])
  respond(bridge, answerWith(planOf([]), { operations: says('Next'), experience: 'tv', variant: 'b' }))
  expect(await assigned(bridge)).toEqual([['b', 'shown']])
})

test('an answer of another plan brings live slots up to date, and says so only if they change', async () => {
  const { bridge, hero } = await openTv(answerWith(planOf([])))
  bridge._ask(bridge)
  respond(bridge, answerWith(planOf([]), { operations: says('Now'), experience: 'tv', variant: 'a' }))
  expect(said(hero)).toBe('Now')
  bridge._ask(bridge)
  respond(bridge, answerWith(planOf([]), { operations: says('Now'), experience: 'tv', variant: 'a' }))
  expect(await assigned(bridge)).toEqual([['a', 'shown']])
})

test('the next plan is asked for before this one ends, and again while none comes', async () => {
  const { bridge } = await openTv(answerWith(planOf([])), { random: () => 0.5 })
  await pass(824_999)
  expect(asked()).toBe(1)
  await pass(1)
  expect(asked()).toBe(2)
  respond(bridge, null)
  // The other host of the two is asked at once; there is none.
  const tried = asked()
  await pass(45_000)
  expect(asked()).toBe(tried + 1)
})
