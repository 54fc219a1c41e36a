import { expect, test } from 'vitest'
import { ProfileDamagedError, ProfileFormatError } from '../../src/profiles/codec.ts'
import { newProfile } from '../../src/profiles/profile.ts'
import { baseOf, type ProfileWrite, RowsError, rowsOf } from '../../src/stores/store.ts'

const position = { epoch: 1, offset: 1, writtenUs: 1 }
const write = (visitorId: string): ProfileWrite => ({ site: 'site', visitorId, profile: undefined, position })
const writes = ['a', 'b', 'c'].map(write)

test('rows stand in the order of their writes, also those that are undefined', () => {
  expect(rowsOf(writes, ({ visitorId }) => visitorId)).toEqual(['a', 'b', 'c'])
  expect(rowsOf(writes, () => undefined)).toEqual([undefined, undefined, undefined])
  expect(rowsOf([], () => 'never')).toEqual([])
})

test('of rows that cannot be made all are named at once, with the last reason', () => {
  const made = (): string[] =>
    rowsOf(writes, ({ visitorId }) => {
      if (visitorId === 'b') return visitorId
      throw new RangeError(visitorId)
    })
  expect(made).toThrow(RowsError)
  expect(made).toThrow(
    expect.objectContaining({
      message: '2 profile(s) cannot be stored',
      writes: [writes[0], writes[2]],
      cause: expect.objectContaining({ message: 'c' }) as Error,
    }) as Error,
  )
})

test('a base is what was decoded, at its place if the store tells it', () => {
  const profile = newProfile(1)
  expect(baseOf(() => profile)).toEqual({ profile })
  expect(baseOf(() => profile)).not.toHaveProperty('position')
  expect(baseOf(() => undefined, position)).toEqual({ profile: undefined, position })
})

test('damaged bytes are no profile at their place; whatever else is wrong with them is thrown', () => {
  const failing = (error: Error) => () => {
    throw error
  }
  expect(baseOf(failing(new ProfileDamagedError('x')), position)).toEqual({
    profile: undefined,
    isDamaged: true,
    position,
  })
  expect(() => baseOf(failing(new ProfileFormatError('of a later version')))).toThrow(ProfileFormatError)
  expect(() => baseOf(failing(new RangeError('x')))).toThrow(RangeError)
})
