import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { createLinkVerifier, signLink } from '../../src/identity/link.ts'
import { createTokens } from '../../src/identity/token.ts'

const secret = 's'.repeat(32)
const NOW_MS = 1_700_000_000_000
const DAY_MS = 86_400_000
const keys = createKeys(secret)
const serverKey = keys.issue({ site: 'shop', access: 'server' })
const verify = createLinkVerifier(keys, () => NOW_MS)

function linkFor(userId: string, days = 1): string {
  return signLink({ serverKey, userId, days, now: () => NOW_MS })
}

/** A link that says what no signer says, with a signature that is right. */
function signed(said: string): string {
  return `${said}.${createHmac('sha256', serverKey).update(`link:${said}`).digest().toString('base64url', 0, 16)}`
}

test.each(['u1', 'ann@brand.example', 'Zoë 💐', 'x'.repeat(200), 'ü'.repeat(200), '__proto__', '.'])(
  'a link proves user %s',
  (userId) => {
    expect(createLinkVerifier(keys, () => NOW_MS)('shop', linkFor(userId))).toEqual({
      userId,
      untilMs: NOW_MS + DAY_MS,
      signedMs: NOW_MS,
    })
  },
)

test('a link holds until its last millisecond and no longer', () => {
  const link = linkFor('u1', 2)
  expect(createLinkVerifier(keys, () => NOW_MS + 2 * DAY_MS - 1)('shop', link)?.userId).toBe('u1')
  expect(createLinkVerifier(keys, () => NOW_MS + 2 * DAY_MS)('shop', link)).toBeUndefined()
})

test('a link of another site, user, time or key is none', () => {
  const [payload, until, signedAt, signature] = linkFor('u1').split('.') as [string, string, string, string]
  const expiry = `${until}.${signedAt}`
  const [other] = linkFor('u2').split('.') as [string]
  const later = linkFor('u1', 300).split('.')[1] as string
  const foreign = signLink({
    serverKey: keys.issue({ site: 'other', access: 'server' }),
    userId: 'u1',
    days: 1,
    now: () => NOW_MS,
  })
  const token = createTokens({ secret, now: () => NOW_MS }).issue('shop').token
  const forged = [
    undefined,
    '',
    'x',
    '..',
    foreign,
    token,
    `${other}.${expiry}.${signature}`,
    `${payload}.${later}.${signedAt}.${signature}`,
    `${payload}.${until}.${signature}`,
    `${payload}.${until}.${signedAt}0.${signature}`,
    `${payload}.${expiry}.${'A'.repeat(22)}`,
    `${payload}.${expiry}.${signature}A`,
    `${payload}=.${expiry}.${signature}`,
    `${'A'.repeat(801)}.${expiry}.${signature}`,
    'x'.repeat(60_000),
  ]
  for (const link of forged) expect([link, verify('shop', link)]).toEqual([link, undefined])
  expect(verify('other', linkFor('u1'))).toBeUndefined()
  expect(verify('shop', linkFor('u1'))?.userId).toBe('u1')
})

test('what no link can say is refused when it is signed', () => {
  const events = keys.issue({ site: 'shop', access: 'events' })
  expect(() => signLink({ serverKey: events, userId: 'u1', days: 1 })).toThrow('signed with a server key')
  for (const userId of ['', 'x'.repeat(201), '\ud800']) expect(() => linkFor(userId)).toThrow('1 to 200 characters')
  for (const days of [0, -1, 366, Number.NaN]) expect(() => linkFor('u1', days)).toThrow('at most 365 days')
})

test('a link that was signed once opens until its time is over, however often', () => {
  const link = 'dTE.s46r28.loyw3v28._f7apYemLjA8mZU01S4qvg'
  expect(linkFor('u1')).toBe(link)
  expect(verify('shop', link)).toEqual(verify('shop', link))
})

test('a link holds for at most a year, and for as little as one likes', () => {
  expect(verify('shop', linkFor('u1', 365))?.untilMs).toBe(NOW_MS + 365 * DAY_MS)
  expect(() => linkFor('u1', 365.001)).toThrow('at most 365 days')
  expect(verify('shop', linkFor('u1', 1 / 86_400))?.untilMs).toBe(NOW_MS + 1_000)
  // It holds until a whole second, and this one has begun.
  expect(verify('shop', linkFor('u1', Number.MIN_VALUE))).toBeUndefined()
})

test('a link is signed with the whole of a server key', () => {
  for (const key of ['', 'server', `x${serverKey}`, 'serverless.shop'])
    expect(() => signLink({ serverKey: key, userId: 'u1', days: 1 })).toThrow('signed with a server key')
})

test('a link is signed at the present instant, in whole milliseconds', () => {
  const before = Date.now()
  const { signedMs = 0 } =
    createLinkVerifier(keys, Date.now)('shop', signLink({ serverKey, userId: 'u1', days: 1 })) ?? {}
  expect(signedMs).toBeGreaterThanOrEqual(before)
  expect(signedMs).toBeLessThanOrEqual(Date.now())
  const between = signLink({ serverKey, userId: 'u1', days: 1, now: () => NOW_MS + 0.9 })
  expect(verify('shop', between)?.signedMs).toBe(NOW_MS)
})

const PAYLOAD = 'dTE'
const EXPIRY = 's46r28'

test('a link of before version 0.2 opens, and says that it was signed at 0', () => {
  expect(verify('shop', signed(`${PAYLOAD}.${EXPIRY}`))).toEqual({
    userId: 'u1',
    untilMs: NOW_MS + DAY_MS,
    signedMs: 0,
  })
})

test.each([
  ['the latest time that fits', `${PAYLOAD}.zzzzzzzzz.zzzzzzzzz`, true],
  ['the longest user', `${'A'.repeat(800)}.${EXPIRY}.0`, true],
  ['no user', `.${EXPIRY}.0`, false],
  ['a user too long', `${'A'.repeat(801)}.${EXPIRY}.0`, false],
  ['a user with a padding', `${PAYLOAD}=.${EXPIRY}.0`, false],
  ['no time', `${PAYLOAD}..0`, false],
  ['a time too late', `${PAYLOAD}.1000000000.0`, false],
  ['a time in capitals', `${PAYLOAD}.${EXPIRY.toUpperCase()}.0`, false],
  ['no instant of signing between its dots', `${PAYLOAD}.${EXPIRY}.`, false],
  ['an instant of signing too late', `${PAYLOAD}.${EXPIRY}.1000000000`, false],
  ['its user in last place', `0.${EXPIRY}.${PAYLOAD}`, false],
  ['a part too many', `${PAYLOAD}.${EXPIRY}.0.0`, false],
  ['something before it', `x.${PAYLOAD}.${EXPIRY}.0`, false],
])('a link with %s, rightly signed: %#', (_what, said, opens) => {
  expect(verify('shop', signed(said)) !== undefined).toBe(opens)
})

test('a link among other text is none', () => {
  const link = linkFor('u1')
  for (const text of [` ${link}`, `!${link}`, `x.${link}`, `${link}\n`, `${link}!`, `${link}${link}`]) {
    expect([text, verify('shop', text)]).toEqual([text, undefined])
  }
})
