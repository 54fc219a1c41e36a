import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anonymousProfileId, userProfileId } from '../../src/identity/profile-id.ts'
import { createTokens } from '../../src/identity/token.ts'

const secret = 's'.repeat(32)

test('a foreign id is never the id of a issued visitor, nor of another kind', () => {
  const idBytes = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(idBytes, (bytes) => {
      const issued = createTokens({ secret, randomBytes: () => bytes }).issue('shop').visitorId
      const ids = [
        userProfileId(issued),
        anonymousProfileId(issued),
        userProfileId('\ud800'),
        userProfileId('\ufffd'),
        userProfileId(''),
      ]
      expect(new Set(ids).size).toBe(ids.length)
      for (const id of ids) expect(id).toMatch(/^(user|anonymous):[\w-]{43}$/)
      expect(issued).not.toContain(':')
    }),
    { numRuns: 300 },
  )
})

test('a profile lies for ever where it was put first', () => {
  const digest = 'Mpsrc4RWVPBvcf9jvGCHqab0di5r-3wTMSlOR15-2u4'
  expect(userProfileId('u1')).toBe(`user:${digest}`)
  expect(anonymousProfileId('u1')).toBe(`anonymous:${digest}`)
})

test('ids that differ only in case, a space or their last character are different people', () => {
  const long = 'x'.repeat(100_000)
  const ids = ['ann', 'Ann', 'ann ', '', long, `${long}x`].map(userProfileId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toHaveLength('user:'.length + 43)
})

test('what is no text is nobody', () => {
  for (const id of [undefined, null, 1, {}]) expect(() => userProfileId(id as never)).toThrow(TypeError)
})
