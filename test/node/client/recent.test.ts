// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import type { DecideRequest, RecentEvent } from '../../../src/protocol/index.ts'
import { answerOf, FakeRequest, insert, respond, setUp, start, tearDown } from './page-view.ts'

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

function bought(messageId: string): RecentEvent {
  return { messageId, timestamp: '2026-11-29T00:00:00.000Z', event: 'Bought', properties: {} }
}

/** The ids that the last question names. */
function named(): string[] | undefined {
  const { recent } = JSON.parse(FakeRequest.sent.at(-1)?.body ?? '{}') as DecideRequest
  return recent?.map(({ messageId }) => messageId)
}

/** Another page of the same browser, and its question: no decision was kept. */
async function nextPage(bridge: Bridge): Promise<Bridge> {
  delete bridge._record.answer
  localStorage.setItem('pp', JSON.stringify(bridge._record))
  const next = start()
  await insert()
  return next
}

test('a question names the events that slots depend on until an answer says that the profile has them', async () => {
  const first = start()
  await insert()
  expect(named()).toBeUndefined()
  respond(first, answerOf({}))
  first._record.recent = ['a', 'b'].map(bought)
  const second = await nextPage(first)
  expect(named()).toEqual(['a', 'b'])
  second._record.recent?.push(bought('c'))
  // What has come since the question stays.
  respond(second, { ...answerOf({}), folded: 1 })
  const third = await nextPage(second)
  expect(named()).toEqual(['b', 'c'])
  respond(third, { ...answerOf({}), folded: 0 })
  const fourth = await nextPage(third)
  expect(named()).toEqual(['b', 'c'])
  respond(fourth, answerOf({}))
  const fifth = await nextPage(fourth)
  expect(named()).toEqual(['b', 'c'])
  respond(fifth, { ...answerOf({}), folded: 2 })
  await nextPage(fifth)
  expect(named()).toEqual([])
})

test('without consent a question names none', async () => {
  const first = start()
  first._record.recent = [bought('a')]
  await nextPage(first)
  expect(named()).toEqual(['a'])
  localStorage.setItem('pp', JSON.stringify(first._record))
  start({ consent: 'denied' })
  await insert()
  expect(named()).toBeUndefined()
})

test.each(['"text"', '7', '{}', 'true'])(
  'a record whose recent events are %s is removed: no question carries it',
  async (text) => {
    const first = start()
    await insert()
    respond(first, answerOf({}))
    localStorage.setItem('pp', JSON.stringify({ ...first._record, recent: JSON.parse(text) as unknown }))
    const next = start()
    await insert()
    expect([named(), next._record.recent]).toEqual([undefined, undefined])
  },
)

test.each([{}, { events: 7 }, 'text', true])('an answer whose awaited events are %j costs no event', async (recent) => {
  const bridge = start()
  await insert()
  respond(bridge, { ...answerOf({}), recent: recent as never })
  bridge._client['track']?.(...(['Bought'] as never[]))
  expect(bridge._pendingEvents).toContainEqual(expect.objectContaining({ event: 'Bought' }))
})
