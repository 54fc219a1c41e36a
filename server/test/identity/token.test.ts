import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokens, TOKEN_MAX_AGE_S } from '../../src/identity/token.ts'

const secret = 'a secret of at least 32 characters'
const bornMs = 1_790_000_000_000

test('a token is two ids of 16 bytes around the time, and verifies on its site alone', () => {
  const tokens = createTokens({ secret, now: () => bornMs, randomBytes: (size) => Buffer.alloc(size, 7) })
  const { visitorId, token } = tokens.mint('one')
  expect(visitorId).toBe('BwcHBwcHBwcHBwcHBwcHBw')
  expect(token).toMatch(/^BwcHBwcHBwcHBwcHBwcHBw\.tlpwu8\.[\w-]{22}$/)
  expect(tokens.verify('one', token)).toBe(visitorId)
  expect(tokens.verify('two', token)).toBeUndefined()
  expect(createTokens({ secret: `${secret}!`, now: () => bornMs }).verify('one', token)).toBeUndefined()
})

test('a token lives 390 days and not a second longer', () => {
  let nowMs = bornMs
  const tokens = createTokens({ secret, now: () => nowMs })
  const { visitorId, token } = tokens.mint('one')
  nowMs = bornMs + TOKEN_MAX_AGE_S * 1000 - 1
  expect(tokens.verify('one', token)).toBe(visitorId)
  nowMs += 1
  expect(tokens.verify('one', token)).toBeUndefined()
})

/** Ids of visitors, as the system's dice may make them. */
const idBytes = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))

test('every token that can be minted verifies, and changing any one character makes it invalid', () => {
  fc.assert(
    fc.property(idBytes, (bytes) => {
      const tokens = createTokens({ secret, now: () => bornMs, randomBytes: () => bytes })
      const { visitorId, token } = tokens.mint('one')
      expect(tokens.verify('one', token)).toBe(visitorId)
      for (let index = 0; index < token.length; index++) {
        const other = token[index] === 'b' ? 'c' : 'b'
        expect(tokens.verify('one', token.slice(0, index) + other + token.slice(index + 1))).toBeUndefined()
      }
    }),
    { numRuns: 200 },
  )
})

test.each([undefined, '', '.', '..', 'a.b.c', 'é'.repeat(54), `${'a'.repeat(22)}.zzzzzzzzz.${'a'.repeat(22)}.x`])(
  'garbage %s is no token',
  (garbage) => {
    expect(createTokens({ secret, now: () => bornMs }).verify('one', garbage)).toBeUndefined()
  },
)
