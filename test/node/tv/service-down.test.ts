// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeRequest, pass, setUp, tearDown } from '../client/page-view.ts'
import { answerWith, assigned, cue, openTv, planOf, respondContent, said, says } from './tv-page.ts'

const MINUTE_MS = 60_000

/** An end that tells its slot's own content. */
const ending = { reason: 'no-match', experience: undefined, variant: undefined } as never

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

/** Lets time pass in which each question fails, as with a service that is down; returns how many there were. */
async function passInVain(ms: number): Promise<number> {
  let asked = 0
  for (let leftMs = ms; leftMs > 0; leftMs -= 1_000) {
    await pass(Math.min(1_000, leftMs))
    for (const request of FakeRequest.sent.splice(0)) {
      asked++
      request.onloadend()
    }
  }
  return asked
}

test('cues go on until the plan ends while the service is down', async () => {
  const plan = planOf([
    cue(MINUTE_MS, { content: 'spot' }),
    cue(2 * MINUTE_MS, ending),
    cue(14 * MINUTE_MS, { content: 'spot', variant: 'b' }),
  ])
  const { bridge, hero } = await openTv(answerWith(plan))
  await respondContent(says('As seen on TV'))
  await passInVain(MINUTE_MS)
  expect(said(hero)).toBe('As seen on TV')
  await passInVain(MINUTE_MS)
  expect(said(hero)).toBe('Original')
  await passInVain(12 * MINUTE_MS)
  expect(said(hero)).toBe('As seen on TV')
  expect(await assigned(bridge)).toEqual([
    ['a', 'shown'],
    ['b', 'shown'],
  ])
})

test('a slot keeps what it shows beyond the end of a plan that nobody follows', async () => {
  const { hero } = await openTv(answerWith(planOf([cue(14 * MINUTE_MS, { content: 'spot' })])))
  await respondContent(says('As seen on TV'))
  expect(await passInVain(30 * MINUTE_MS)).toBeGreaterThan(10)
  expect(said(hero)).toBe('As seen on TV')
})
