import type { FeatureDefinition } from 'prepaint/engine'
import type { Event, JsonObject } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { featureBytesOf, MAX_FEATURE_BYTES } from '../../src/catalog/feature-bounds.ts'
import { MAX_PROFILE_BYTES } from '../../src/profiles/bounds.ts'
import { encodeProfile } from '../../src/profiles/codec.ts'
import type { FeatureInForce } from '../../src/profiles/features/definitions.ts'
import { compileSite, type SiteFeatures } from '../../src/profiles/features/site-features.ts'
import { fold } from '../../src/profiles/fold.ts'
import type { Profile } from '../../src/profiles/profile.ts'
import { hasSeen } from '../../src/profiles/seen.ts'

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
    ['Viewed', 0],
    ['Bought', 1],
    ['pp:page', 2],
    ['Viewed', 3],
  ])
})

test('an event that happened earlier but arrives later moves the first time, not the last', () => {
  const profile = fold(fold(undefined, { event: track('a'), atMs: 10 }), { event: track('b'), atMs: 5 })
  expect(profile).toMatchObject({ firstSeenMs: 5, lastSeenMs: 10 })
})

test('an event of the past that a brand has brought along is a sign of life when it comes, not when it happened', () => {
  const past = { event: track('a'), atMs: 10, receivedMs: 1_000, imported: true } as const
  expect(fold(undefined, past)).toMatchObject({ firstSeenMs: 10, lastSeenMs: 1_000, recent: [{ atMs: 10 }] })
  expect(fold(undefined, { event: track('a'), atMs: 10, receivedMs: 1_000 })).toMatchObject({ lastSeenMs: 10 })
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
  expect(Object.entries(profile.events)).toEqual([
    ['constructor', 2],
    ['toString', 1],
  ])
})

function assigned(experience: unknown, variant: unknown, outcome = 'shown'): Event {
  const properties = { slot: 'hero', experience, variant, tier: 'live', outcome } as JsonObject
  return { type: 'track', event: 'pp:assigned', messageId: `m${lastId++}`, timestamp, properties }
}

test('the first variant of an experience is kept, and every showing is counted with the time of the latest ten', () => {
  const profile = foldAll([assigned('sale', 'a'), ...Array.from({ length: 11 }, () => assigned('sale', 'b'))])
  expect(profile.assignments).toEqual({ sale: 'a' })
  expect(profile.shown).toEqual({ sale: { count: 12, recentMs: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11] } })
  const late = fold(profile, { event: assigned('sale', 'b'), atMs: 3.5 })
  expect(late.shown['sale']).toEqual({ count: 13, recentMs: [3, 3.5, 4, 5, 6, 7, 8, 9, 10, 11] })
})

test('control, late and failed variants are assigned and not shown; a holdout is neither', () => {
  const profile = foldAll([
    assigned('one', 'a', 'control'),
    assigned('two', 'b', 'late'),
    assigned('three', 'c', 'failed'),
    assigned('four', 'holdout', 'control'),
  ])
  expect(profile).toMatchObject({ assignments: { one: 'a', two: 'b', three: 'c' }, shown: {} })
  expect(profile.assignments).not.toHaveProperty('four')
})

test('fifty experiences are remembered, those shown last', () => {
  const met = Array.from({ length: 50 }, (_, index) => assigned(`e${index}`, 'a'))
  const profile = foldAll([...met, assigned('e0', 'a'), assigned('e50', 'a')])
  expect(Object.keys(profile.shown)).toHaveLength(50)
  expect([profile.shown['e0']?.count, profile.shown['e1'], profile.shown['e50']?.count]).toEqual([2, undefined, 1])
  expect(Object.keys(profile.assignments)).toHaveLength(50)
  expect([profile.assignments['e0'], profile.assignments['e50']]).toEqual([undefined, 'a'])
})

test.each([
  ['__proto__', 'a'],
  ['', 'a'],
  ['x'.repeat(65), 'a'],
  ['e', 7],
  [null, 'a'],
  ['e', undefined],
  [{}, []],
])('a report about experience %j and variant %j is an event like any other', (experience, variant) => {
  const profile = foldAll([assigned(experience, variant)])
  expect(profile).toMatchObject({ events: { 'pp:assigned': 1 }, assignments: {}, shown: {} })
  expect([Object.keys(profile.assignments), Object.keys(profile.shown)]).toEqual([[], []])
})

test('an experience named like an inherited property is one like any other', () => {
  const profile = foldAll([assigned('constructor', 'a'), assigned('toString', 'b')])
  expect(Object.entries(profile.assignments)).toEqual([
    ['constructor', 'a'],
    ['toString', 'b'],
  ])
  expect(profile.shown['constructor']).toEqual({ count: 1, recentMs: [0] })
})

test('a group is a trait with its id, within the room for traits', () => {
  const group = (traits?: JsonObject): Event => {
    const event = { type: 'group' as const, messageId: `m${lastId++}`, timestamp, groupId: 'g1' }
    return traits ? { ...event, traits } : event
  }
  expect(foldAll([group({ plan: 'team', id: 'forged' })]).traits).toEqual({ group: { plan: 'team', id: 'g1' } })
  expect(foldAll([identify({ a: 1 }), group({ big: 'x'.repeat(4_096) })]).traits).toEqual({ a: 1 })
  expect(foldAll([group()]).traits).toEqual({ group: { id: 'g1' } })
})

test('an alias changes the id that was said, and nothing that is said links', () => {
  const alias: Event = { type: 'alias', messageId: 'alias', timestamp, previousId: 'u1', userId: 'u2' }
  const said = foldAll([identify({}, 'u1'), alias])
  expect([said.userId, said.link]).toEqual(['u2', undefined])
})

test('the profile that is folded into stays as it was', () => {
  const before = foldAll([track('a'), identify({ plan: 'free' })])
  const copy = encodeProfile(before)
  foldAll([track('a'), identify({ plan: 'pro' }, 'u')], before)
  expect(encodeProfile(before)).toEqual(copy)
})

test('whatever a visitor sends, a stored profile has its bound', () => {
  const wide = (index: number): string => `${String.fromCharCode(1 + (index % 8))}`.repeat(190) + index
  const events = Array.from({ length: 400 }, (_, index) => [
    track(wide(index)),
    identify({ [wide(index)]: wide(index), [`k${index}`]: index }, wide(index)),
    assigned(`e${index}`.padEnd(64, 'x'), `v${index}`.padEnd(64, 'y')),
    assigned(`e${index % 50}`.padEnd(64, 'x'), 'v'),
  ])
  const profile = foldAll(events.flat())
  expect(encodeProfile(profile).length).toBeLessThanOrEqual(MAX_PROFILE_BYTES)
  expect(encodeProfile(foldAll(events.flat()))).toEqual(encodeProfile(profile))
})

/** As many features as a site may have bytes for: windows, which are the largest. */
function largestFeatures(): SiteFeatures {
  const features: FeatureInForce[] = []
  const room = (): number => MAX_FEATURE_BYTES - featureBytesOf(features)
  for (const kind of ['sum', 'count', 'ever'] as const) {
    for (let number = 0; room() > 0; number++) {
      const definition = { kind, event: 'Bought', of: 'price', withinMs: 400 * 86_400_000 } as FeatureDefinition
      features.push({ id: `${kind}-${number}`.padEnd(16, 'x'), definition, since: { epoch: 9, offset: 0 } })
    }
    features.pop()
  }
  return compileSite({ features, at: { epoch: 9, offset: 0 }, writtenUs: 1 })
}

test('also with all features that a site may have, a stored profile has its bound', () => {
  const features = largestFeatures()
  const wide = (index: number): string => `${String.fromCharCode(1 + (index % 8))}`.repeat(190) + index
  let profile: Profile | undefined
  for (let index = 0; index < 600; index++) {
    const atMs = Date.UTC(2026, 0, 1) + index * 43_200_000
    const bought: Event = {
      ...track('Bought'),
      type: 'track',
      event: 'Bought',
      properties: { price: -(2 ** 40) - index },
    }
    const events = [
      bought,
      track(wide(index)),
      identify({ [wide(index)]: wide(index) }, wide(index)),
      assigned(`e${index % 50}`.padEnd(64, 'x'), `v${index}`.padEnd(64, 'y')),
    ]
    for (const event of events) {
      const at = { epoch: 9, offset: Number.MAX_SAFE_INTEGER - 600 + index }
      profile = fold(profile, { event, atMs, at, features })
    }
  }
  expect(Object.keys(profile?.features?.states ?? {}).length).toBeGreaterThan(10)
  expect(encodeProfile(profile as Profile).length).toBeLessThanOrEqual(MAX_PROFILE_BYTES)
})
