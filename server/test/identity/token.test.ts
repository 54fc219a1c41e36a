import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokens, TOKEN_MAX_AGE_S } from '../../src/identity/token.ts'

const secret = 'a secret of at least 32 characters'
const bornMs = 1_790_000_000_000

test('a token is two ids of 16 bytes around the time, and verifies on its site alone', () => {
  const tokens = createTokens({ secret, now: () => bornMs, randomBytes: (size) => Buffer.alloc(size, 7) })
  const { visitorId, token } = tokens.issue('one')
  expect(visitorId).toBe('BwcHBwcHBwcHBwcHBwcHBw')
  expect(token).toMatch(/^BwcHBwcHBwcHBwcHBwcHBw\.tlpwu8\.[\w-]{22}$/)
  expect(tokens.verify('one', token)).toBe(visitorId)
  expect(tokens.verify('two', token)).toBeUndefined()
  expect(createTokens({ secret: `${secret}!`, now: () => bornMs }).verify('one', token)).toBeUndefined()
})

test('a token lives 390 days and not a second longer', () => {
  let nowMs = bornMs
  const tokens = createTokens({ secret, now: () => nowMs })
  const { visitorId, token } = tokens.issue('one')
  nowMs = bornMs + TOKEN_MAX_AGE_S * 1000 - 1
  expect(tokens.verify('one', token)).toBe(visitorId)
  nowMs += 1
  expect(tokens.verify('one', token)).toBeUndefined()
})

/** Ids of visitors, as the system's dice may make them. */
const idBytes = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))

test('every token that can be issued verifies, and changing any one character makes it invalid', () => {
  fc.assert(
    fc.property(idBytes, (bytes) => {
      const tokens = createTokens({ secret, now: () => bornMs, randomBytes: () => bytes })
      const { visitorId, token } = tokens.issue('one')
      expect(tokens.verify('one', token)).toBe(visitorId)
      for (let index = 0; index < token.length; index++) {
        const other = token[index] === 'b' ? 'c' : 'b'
        expect(tokens.verify('one', token.slice(0, index) + other + token.slice(index + 1))).toBeUndefined()
      }
    }),
    { numRuns: 200 },
  )
})

test('the signature is HMAC-SHA-256, with secrets shorter and longer than its block', () => {
  fc.assert(
    fc.property(idBytes, fc.string({ unit: 'grapheme', minLength: 16, maxLength: 100 }), (bytes, secret) => {
      const { token } = createTokens({ secret, now: () => bornMs, randomBytes: () => bytes }).issue('one')
      const [visitorId, issuedAt, signature] = token.split('.')
      const digest = createHmac('sha256', secret).update(`one.${visitorId}.${issuedAt}`).digest()
      expect(signature).toBe(digest.toString('base64url', 0, 16))
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

test('a token that was issued once verifies until it is too old, however often', () => {
  const token = 'BwcHBwcHBwcHBwcHBwcHBw.tlpwu8.EWTjOUpxA3tsPs7ZjO1bhw'
  const tokens = createTokens({ secret: 's'.repeat(32), now: () => bornMs })
  expect([tokens.verify('one', token), tokens.verify('one', token)]).toEqual(Array(2).fill('BwcHBwcHBwcHBwcHBwcHBw'))
})

test("without dice and clock of a caller's own a token is of the system's, of now and never the same", () => {
  const tokens = createTokens({ secret })
  const [one, other] = [tokens.issue('one'), tokens.issue('one')]
  expect(one.visitorId).not.toBe(other.visitorId)
  expect(tokens.verify('one', one.token)).toBe(one.visitorId)
  const issuedMs = Number.parseInt(one.token.split('.')[1] as string, 36) * 1_000
  expect(Math.abs(Date.now() - issuedMs)).toBeLessThan(10_000)
})

/** The first instant that takes ten digits. */
const TOO_LATE_MS = 36 ** 9 * 1_000

test.each([
  [TOO_LATE_MS - 1_000, 16, true],
  [TOO_LATE_MS, 16, false],
  [-1_000, 16, false],
  [bornMs, 15, false],
  [bornMs, 17, false],
  [bornMs, 0, false],
])('a token of the instant %i with an id of %i bytes, rightly signed, verifies: %s', (nowMs, sizeBytes, verifies) => {
  const tokens = createTokens({ secret, now: () => nowMs, randomBytes: () => Buffer.alloc(sizeBytes) })
  const { visitorId, token } = tokens.issue('one')
  expect(tokens.verify('one', token)).toBe(verifies ? visitorId : undefined)
})

test('a token with its parts in another order, twice or among other text is none', () => {
  const tokens = createTokens({ secret, now: () => bornMs })
  const { token } = tokens.issue('one')
  const [id, time, signature] = token.split('.') as [string, string, string]
  const garbled = [
    `${signature}.${time}.${id}`,
    `${time}.${id}.${signature}`,
    `${id}.${time}`,
    `${id}.${time}.`,
    `${id}..${signature}`,
    `.${time}.${signature}`,
    `${token}.`,
    `${token}.x`,
    `${token}${token}`,
    ` ${token}`,
    `${id}.${time.toUpperCase()}.${signature}`,
    `${id}.${time}.é${signature.slice(1)}`,
  ]
  for (const text of garbled) expect([text, tokens.verify('one', text)]).toEqual([text, undefined])
})
