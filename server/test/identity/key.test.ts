import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { createLinkVerifier, signLink } from '../../src/identity/link.ts'
import { anonymousProfileId, userProfileId } from '../../src/identity/profile-id.ts'
import { createTokens } from '../../src/identity/token.ts'

const secret = 's'.repeat(32)
const NOW_MS = 1_700_000_000_000
const DAY_MS = 86_400_000
const keys = createKeys(secret)
const serverKey = keys.issue({ site: 'shop', access: 'server' })

function linkFor(userId: string, days = 1): string {
  return signLink({ serverKey, userId, days, now: () => NOW_MS })
}

test('a key says which site it opens and for what', () => {
  for (const access of ['events', 'server'] as const) {
    const text = keys.issue({ site: 'shop-1_a', access })
    expect(text).toMatch(new RegExp(`^${access}\\.shop-1_a\\.[\\w-]{22}$`))
    expect(keys.verify(text)).toEqual({ site: 'shop-1_a', access })
  }
})

test('a key of another access, site or secret is none', () => {
  const foreign = createKeys('t'.repeat(32)).issue({ site: 'shop', access: 'server' })
  const events = keys.issue({ site: 'shop', access: 'events' })
  const forged = [
    foreign,
    events.replace('events', 'server'),
    serverKey.replace('shop', 'other'),
    `${serverKey}A`,
    serverKey.slice(0, -1),
    serverKey.toUpperCase(),
    `${serverKey}\n`,
    '',
    'server.shop',
    `admin.shop.${serverKey.slice(-22)}`,
    'x'.repeat(10_000),
  ]
  for (const text of forged) expect([text, keys.verify(text)]).toEqual([text, undefined])
})

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
  const verify = createLinkVerifier(keys, () => NOW_MS)
  const [payload, until, signed, signature] = linkFor('u1').split('.') as [string, string, string, string]
  const expiry = `${until}.${signed}`
  const [other] = linkFor('u2').split('.') as [string]
  const later = linkFor('u1', 300).split('.')[1] as string
  const foreign = signLink({
    serverKey: keys.issue({ site: 'other', access: 'server' }),
    userId: 'u1',
    days: 1,
    now: () => NOW_MS,
  })
  const token = createTokens({ secret, now: () => NOW_MS }).mint('shop').token
  const forged = [
    undefined,
    '',
    'x',
    '..',
    foreign,
    token,
    `${other}.${expiry}.${signature}`,
    `${payload}.${later}.${signed}.${signature}`,
    `${payload}.${until}.${signature}`,
    `${payload}.${until}.${signed}0.${signature}`,
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

test('a foreign id is never the id of a minted visitor, nor of another kind', () => {
  const idBytes = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(idBytes, (bytes) => {
      const minted = createTokens({ secret, randomBytes: () => bytes }).mint('shop').visitorId
      const ids = [
        userProfileId(minted),
        anonymousProfileId(minted),
        userProfileId('\ud800'),
        userProfileId('\ufffd'),
        userProfileId(''),
      ]
      expect(new Set(ids).size).toBe(ids.length)
      for (const id of ids) expect(id).toMatch(/^(user|anonymous):[\w-]{43}$/)
      expect(minted).not.toContain(':')
    }),
    { numRuns: 300 },
  )
})
