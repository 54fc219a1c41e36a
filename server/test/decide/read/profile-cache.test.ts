import { expect, test } from 'vitest'
import { createProfileCache } from '../../../src/decide/read/profile-cache.ts'
import { fold } from '../../../src/profiles/fold.ts'
import type { Profile } from '../../../src/profiles/profile.ts'

function profileOf(plan: string): Profile {
  return fold(undefined, { event: { type: 'identify', messageId: 'm', timestamp: '', traits: { plan } }, atMs: 1 })
}

function copiesAt({ random = 0, maxBytes = 1_000_000 } = {}) {
  const clock = { nowMs: 0 }
  return { clock, copies: createProfileCache({ now: () => clock.nowMs, random: () => random, maxBytes }) }
}

test('a copy is fresh for 2 s and stands in for an hour', () => {
  const { clock, copies } = copiesAt()
  const profile = profileOf('pro')
  copies.put('a', profile)
  clock.nowMs = 1_999
  expect(copies.get('a')).toEqual({ profile, isFresh: true })
  clock.nowMs = 2_000
  expect(copies.get('a')).toEqual({ profile, isFresh: false })
  clock.nowMs = 3_599_999
  expect(copies.get('a')?.isFresh).toBe(false)
  clock.nowMs = 3_600_000
  expect(copies.get('a')).toBeUndefined()
  expect(copies.sizeBytes).toBe(0)
})

test('that there is no profile is believed for a second and never beyond', () => {
  const { clock, copies } = copiesAt()
  copies.put('a', undefined)
  clock.nowMs = 999
  expect(copies.get('a')).toEqual({ profile: undefined, isFresh: true })
  clock.nowMs = 1_000
  expect(copies.get('a')).toBeUndefined()
})

test('copies that were made together do not end together', () => {
  const { clock, copies } = copiesAt({ random: 1 })
  copies.put('a', profileOf('pro'))
  clock.nowMs = 1_500
  expect(copies.get('a')?.isFresh).toBe(false)
})

test('memory is bounded, and what was used last stays', () => {
  const { copies } = copiesAt()
  copies.put('a', profileOf('pro'))
  const oneBytes = copies.sizeBytes
  const small = copiesAt({ maxBytes: oneBytes * 2 }).copies
  small.put('a', profileOf('pro'))
  small.put('b', profileOf('pro'))
  expect(small.get('a')).toBeDefined()
  small.put('c', profileOf('pro'))
  expect(small.sizeBytes).toBeLessThanOrEqual(oneBytes * 2)
  expect([small.get('a'), small.get('b'), small.get('c')].map((copy) => copy !== undefined)).toEqual([
    true,
    false,
    true,
  ])
  small.put('huge', profileOf('x'.repeat(4_000)))
  expect(small.sizeBytes).toBeLessThanOrEqual(oneBytes * 2)
})

test('without memory nothing is kept', () => {
  const { copies } = copiesAt({ maxBytes: 0 })
  copies.put('a', profileOf('pro'))
  copies.put('b', undefined)
  expect([copies.get('a'), copies.get('b'), copies.sizeBytes]).toEqual([undefined, undefined, 0])
})

test('a copy that is replaced or forgotten gives its memory back', () => {
  const { copies } = copiesAt()
  copies.put('a', profileOf('pro'))
  const { sizeBytes } = copies
  copies.put('a', profileOf('pro'))
  expect(copies.sizeBytes).toBe(sizeBytes)
  copies.forget('a')
  copies.forget('a')
  expect([copies.sizeBytes, copies.get('a')]).toEqual([0, undefined])
})
