import type { Event, JsonObject } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { encodeProfile } from '../src/profiles/codec.ts'
import { fold } from '../src/profiles/fold.ts'
import type { Profile } from '../src/profiles/profile.ts'
import { hasSeen } from '../src/profiles/seen.ts'

const timestamp = '2026-11-21T09:00:00.000Z'
let lastId = 0

function track(event: string, messageId = `m${lastId++}`): Event {
  return { type: 'track', event, messageId, timestamp }
}

function identify(traits: JsonObject, userId?: string): Event {
  return { type: 'identify', messageId: `m${lastId++}`, timestamp, traits, ...(userId === undefined ? {} : { userId }) }
}

function foldAll(events: Event[], profile?: Profile): Profile {
  return events.reduce<Profile | undefined>((folded, event, atMs) => fold(folded, { event, atMs }), profile) as Profile
}

test('events are counted by name and page views apart', () => {
  const page: Event = { type: 'page', messageId: 'p', timestamp, name: 'Home' }
  const profile = foldAll([track('Viewed'), track('Bought'), page, track('Viewed')])
  expect(profile).toMatchObject({ events: { Viewed: 2, Bought: 1 }, pageViews: 1, firstSeenMs: 0, lastSeenMs: 3 })
  expect(profile.recent.map(({ name, atMs }) => [name, atMs])).toEqual([
    ['Viewed', 0], ['Bought', 1], ['pp:page', 2], ['Viewed', 3],
  ])
})

test('an event that happened earlier but arrives later moves the first time, not the last', () => {
  const profile = fold(fold(undefined, { event: track('a'), atMs: 10 }), { event: track('b'), atMs: 5 })
  expect(profile).toMatchObject({ firstSeenMs: 5, lastSeenMs: 10 })
})

test('a message is folded once while it is among the last 500', () => {
  const first = track('Bought', 'same')
  const others = Array.from({ length: 499 }, () => track('Viewed'))
  const remembered = foldAll([first, ...others])
  for (const event of [first, ...others]) expect(fold(remembered, { event, atMs: 999 })).toBe(remembered)
  expect(remembered.recent).toHaveLength(50)
  const forgotten = foldAll([track('Viewed')], remembered)
  expect(forgotten.seen).toHaveLength(remembered.seen.length)
  expect(fold(forgotten, { event: first, atMs: 999 }).events['Bought']).toBe(2)
})

test('a hash that only begins within another is not seen', () => {
  const seen = Buffer.from('abcdefghijkl')
  expect(['abcdef', 'ghijkl', 'cdefgh'].map((hash) => hasSeen(seen, Buffer.from(hash)))).toEqual([true, true, false])
})

test('traits merge shallowly, null forgets one, and userId stays until another comes', () => {
  const profile = foldAll([
    identify({ plan: 'free', address: { city: 'Bern', zip: 1 } }, 'u1'),
    identify({ plan: 'pro', address: { city: 'Basel' } }),
    identify({ plan: null }),
  ])
  expect(profile).toMatchObject({ traits: { address: { city: 'Basel' } }, userId: 'u1' })
  expect(profile.traits).not.toHaveProperty('plan')
})

test('traits fill 4 KB and no byte more; what no longer fits is left out and the rest goes in', () => {
  // 8 bytes go to quotes, colon and comma of `"big":"…",`, the same to the small one.
  const big = 'x'.repeat(4_096 - '"big":"",'.length - '"a":1,'.length)
  const full = foldAll([identify({ big, a: 1 })])
  expect(Object.keys(full.traits)).toEqual(['big', 'a'])
  const over = foldAll([identify({ big: `${big}x`, a: 1, b: 2 })])
  expect(Object.keys(over.traits)).toEqual(['big'])
  expect(foldAll([identify({ big: 'small', c: 3 })], full).traits).toEqual({ big: 'small', a: 1, c: 3 })
})

test('a hundred names are counted; later ones are only remembered', () => {
  const profile = foldAll(Array.from({ length: 101 }, (_, index) => track(`name ${index}`)))
  expect(Object.keys(profile.events)).toHaveLength(100)
  expect(profile.events).not.toHaveProperty('name 100')
  expect(profile.recent.at(-1)?.name).toBe('name 100')
  expect(foldAll([track('name 0')], profile).events['name 0']).toBe(2)
})

test('names of inherited properties are names like any other', () => {
  const profile = foldAll([track('constructor'), track('toString'), track('constructor')])
  expect(Object.entries(profile.events)).toEqual([['constructor', 2], ['toString', 1]])
})

test('the profile that is folded into stays as it was', () => {
  const before = foldAll([track('a'), identify({ plan: 'free' })])
  const copy = encodeProfile(before)
  foldAll([track('a'), identify({ plan: 'pro' }, 'u')], before)
  expect(encodeProfile(before)).toEqual(copy)
})
