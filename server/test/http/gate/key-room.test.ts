import type { Event, JsonObject } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createKeys } from '../../../src/identity/key.ts'
import { decodeFacts, decodeProfile, encodeProfile } from '../../../src/profiles/codec.ts'
import { fold } from '../../../src/profiles/fold.ts'
import { linkedFacts, visitorFacts } from '../../../src/profiles/linked.ts'
import type { Profile } from '../../../src/profiles/profile.ts'
import { EVENTS, SENT_AT, startService } from '../../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const [anybody, server] = (['events', 'server'] as const).map((access) => ({
  authorization: `Bearer ${keys.issue({ site: 'agency', access })}`,
})) as [{ authorization: string }, { authorization: string }]
let lastId = 0

const identify = (traits: JsonObject, messageId = `m${lastId++}`): Event => ({
  type: 'identify',
  messageId,
  timestamp: SENT_AT,
  traits,
})
const track = (event: string, messageId = `m${lastId++}`): Event => ({
  type: 'track',
  messageId,
  timestamp: SENT_AT,
  event,
})

function foldAll(steps: readonly (readonly [Event, boolean])[]): Profile {
  return steps.reduce<Profile | undefined>(
    (profile, [event, isFromServer]) => fold(profile, { event, atMs: 1, isFromServer }),
    undefined,
  ) as Profile
}

test('what a server has said stands, whoever says something else, before or after, also that a trait is forgotten', () => {
  const steps = [
    [identify({ plan: 'free', a: 1 }), true],
    [identify({ plan: 'pro', b: 2 }), false],
  ] as const
  for (const order of [steps, steps.toReversed()]) {
    expect(visitorFacts(foldAll(order)).traits).toEqual({ plan: 'free', a: 1, b: 2 })
  }
  const forgotten = foldAll([
    ...steps,
    [identify({ plan: null }), true],
    [identify({ plan: 'pro' }), false],
    [identify({ a: null }), false],
  ])
  expect(visitorFacts(forgotten).traits).toEqual({ a: 1, b: 2 })
  const group = (groupId: string): Event => ({ type: 'group', messageId: `m${lastId++}`, timestamp: SENT_AT, groupId })
  expect(
    visitorFacts(
      foldAll([
        [group('acme'), true],
        [group('evil'), false],
      ]),
    ).traits,
  ).toEqual({ group: { id: 'acme' } })
})

test('anybody fills only the room of anybody, and uses up no message id of a server', () => {
  const flood = [
    ...Array.from({ length: 600 }, (_, index) => [track(`name ${index}`, `id ${index}`), false] as const),
    [identify({ big: 'x'.repeat(4_000) }), false] as const,
  ]
  const profile = foldAll([
    ...flood,
    [track('Order Completed', 'id 1'), true],
    [identify({ plan: 'pro' }, 'id 2'), true],
  ])
  expect(visitorFacts(profile)).toMatchObject({ events: { 'Order Completed': 1 }, traits: { plan: 'pro' } })
  const again = fold(profile, { event: track('Order Completed', 'id 1'), atMs: 2, isFromServer: true })
  expect(again).toBe(profile)
})

test("a server's variants and traits win in a visitor who is a user, over what anybody has said of either", () => {
  const visitor = foldAll([
    [identify({ plan: 'of the visitor', own: 1 }), true],
    [identify({ tier: 'forged' }), false],
  ])
  const user = foldAll([
    [identify({ plan: 'forged', own: 'forged' }), false],
    [identify({ tier: 'gold' }), true],
  ])
  expect(linkedFacts(visitor, user).traits).toEqual({ plan: 'of the visitor', own: 1, tier: 'gold' })
})

test('a profile with both parts is stored and read as it is', () => {
  const profile = foldAll([
    [identify({ plan: 'pro' }), true],
    [track('Viewed'), false],
  ])
  const bytes = encodeProfile(profile)
  expect(encodeProfile(decodeProfile(bytes))).toEqual(bytes)
  expect(visitorFacts(decodeFacts(bytes))).toEqual(visitorFacts(profile))
  expect(decodeFacts(bytes)).not.toHaveProperty('serverMemory')
})

test('over HTTP: the public key overwrites nothing and uses up no id, on a user and on a visitor', async () => {
  const { decide, post, service } = await startService({ secret })
  const token = (await decide()).body.token as string
  for (const person of [{ userId: 'ann' }, { anonymousId: token }]) {
    const identified = (traits: object, messageId: string) => ({
      type: 'identify',
      messageId,
      timestamp: SENT_AT,
      traits,
      ...person,
    })
    const forged = [{ ...EVENTS.order, ...person, event: 'x' }, identified({ plan: 'free' }, 'id')]
    await post('/v1/batch', { batch: forged }, anybody)
    await post('/v1/batch', { batch: [{ ...EVENTS.order, ...person }, identified({ plan: 'pro' }, 'id')] }, server)
    await post('/v1/batch', { batch: [identified({ plan: 'free' }, 'later')] }, anybody)
    await service.caughtUp()
    const asked = 'userId' in person ? await decide(person, server) : await decide({ token })
    expect([person, asked.body.slots['headline']?.experience]).toEqual([person, 'thanks'])
  }
})
