import type { FeatureStates } from 'prepaint/engine'
import { expect, test } from 'vitest'
import type { FeatureInForce, SiteDefinitions } from '../../../src/profiles/features/definitions.ts'
import { createKnownFeatures } from '../../../src/profiles/features/known.ts'
import { linkedFacts, visitorFacts } from '../../../src/profiles/linked.ts'
import { newProfile, type Profile } from '../../../src/profiles/profile.ts'
import { counting, feature } from '../../support/feature-log.ts'

const place = (offset: number, epoch = 1) => ({ epoch, offset })

const placed = (id: string, offset: number, more: Partial<FeatureInForce> = {}): FeatureInForce => ({
  ...counting(id),
  since: place(offset),
  ...more,
})
const inForce = (at: number, ...features: FeatureInForce[]): SiteDefinitions => ({
  features,
  at: place(at),
  writtenUs: 1,
})

const profile = (began: number | undefined, states?: FeatureStates, at = 999, filled?: number): Profile => ({
  ...newProfile(1, began === undefined ? undefined : place(began)),
  ...(states
    ? { features: { states, at: place(at), ...(filled === undefined ? {} : { filled: place(filled) }) } }
    : {}),
})

const known = createKnownFeatures([counting('a'), counting('b')], inForce(50, placed('a', 10), placed('b', 50)))

test('a catalog without features asks for none', () => {
  const states = createKnownFeatures([], inForce(50, placed('a', 10))).of(profile(1, { a: 'x' }))
  expect(states).toEqual({})
})

test('a visitor without a profile has done nothing yet', () => {
  expect(known.of(undefined)).toEqual({})
})

test('a profile that began behind a feature knows it, and its states are given as they are', () => {
  const states = { a: 'x' }
  expect(known.of(profile(50, states))).toBe(states)
  expect(known.of(profile(60))).toEqual({})
})

test('a profile that began before a feature does not know it, unless it was filled up to there', () => {
  expect(known.of(profile(49, { a: 'x', b: 'y' }))).toEqual({ a: 'x', b: null })
  expect(known.of(profile(9, { b: 'y' }))).toEqual({ a: null, b: null })
  expect(known.of(profile(9, { b: 'y' }, 999, 10))).toEqual({ b: null })
  expect(known.of(profile(9, { b: 'y' }, 999, 50))).toEqual({ b: 'y' })
  expect(known.of(profile(undefined, { a: 'x', b: 'y' }))).toEqual({ a: null, b: null })
})

test('a feature that is filled is known of everybody', () => {
  const all = createKnownFeatures([counting('a')], inForce(50, placed('a', 10, { isFilled: true })))
  const states = { a: 'x' }
  expect(all.of(profile(undefined, states))).toBe(states)
})

test('a feature that is not in force yet is not known, of nobody', () => {
  for (const definitions of [undefined, inForce(50, placed('b', 10))]) {
    const some = createKnownFeatures([counting('a')], definitions)
    expect([some.of(undefined), some.of(profile(99, { a: 'x' }))]).toEqual([{ a: null }, { a: null }])
  }
})

test('states of an earlier declaration do not count', () => {
  expect(known.of(profile(60, { a: 'x', b: 'y', gone: 'z' }, 40))).toEqual({ a: 'x' })
})

test('places of an earlier log come before those of a later one', () => {
  const later = createKnownFeatures([counting('a')], inForce(50, placed('a', 0, { since: place(3, 2) })))
  expect(later.of(profile(1_000))).toEqual({ a: null })
})

test('a person is known by both profiles: states are joined, and what is unknown of one is unknown of both', () => {
  const ever = feature('ever', { kind: 'ever', event: 'Bought', where: { sku: { $regex: 'x' } } })
  const both = createKnownFeatures([ever, counting('b')], inForce(50, { ...ever, since: place(10) }, placed('b', 50)))
  const visitor = profile(20, { ever: true })
  const user = profile(60)
  expect(linkedFacts(visitor, user, both).features).toEqual({ ever: true, b: null })
  expect(linkedFacts(user, visitor, both).features).toEqual({ ever: true, b: null })
  expect(linkedFacts(undefined, user, both).features).toEqual({})
  expect(visitorFacts(undefined, both)).toMatchObject({ pageViews: 0, features: {} })
})
