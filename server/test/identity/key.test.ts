import { expect, test } from 'vitest'
import { createKeys, isSame, KEY_IDS, peerKey } from '../../src/identity/key.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const serverKey = keys.issue({ site: 'shop', access: 'server' })

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

test('keys that were issued once open for ever: they follow from the secret alone', () => {
  expect(serverKey).toBe('server.shop.W2IEHxtybRH11sfpDPqPEA')
  expect(keys.issue({ site: 'shop', access: 'events' })).toBe('events.shop.k2E9Uw1prQpL8eC8kytpdQ')
  expect(createKeys(secret).verify(serverKey)).toEqual({ site: 'shop', access: 'server' })
  expect(keys.verify(serverKey)).toEqual(keys.verify(serverKey))
})

test.each([
  ['', undefined],
  ['x', 'x'],
  ['x'.repeat(64), 'x'.repeat(64)],
  ['x'.repeat(65), undefined],
  ['a.b', undefined],
  ['ü', undefined],
])('a key of the site %j opens %j', (site, opened) => {
  expect(keys.verify(keys.issue({ site, access: 'events' }))?.site).toBe(opened)
})

test('a key with its parts in another order, twice or among other text is none', () => {
  const [access, site, signature] = serverKey.split('.') as [string, string, string]
  const garbled = [
    `${site}.${access}.${signature}`,
    `${signature}.${site}.${access}`,
    `${serverKey}.${signature}`,
    `${serverKey}${serverKey}`,
    `x${serverKey}`,
    ` ${serverKey}`,
    `${access}..${signature}`,
    `${access}.${site}.`,
  ]
  for (const text of garbled) expect([text, keys.verify(text)]).toEqual([text, undefined])
})

test('what is no text is no key', () => {
  for (const value of [undefined, null, 0, {}, []]) expect(keys.verify(value as never)).toBeUndefined()
})

test('the log knows events and server keys as 1 and 2, for ever, and none as 0', () => {
  expect(KEY_IDS).toEqual({ events: 1, server: 2 })
})

test('services with one secret show each other one key, which opens no site', () => {
  expect(peerKey(secret)).toBe('peer.86e8HuZaAvzilw2hFifTxA')
  expect(peerKey('t'.repeat(32))).not.toBe(peerKey(secret))
  expect(keys.verify(peerKey(secret))).toBeUndefined()
})

test.each([
  ['', '', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'ab', false],
  ['', 'a', false],
  ['ü', 'u', false],
  ['x'.repeat(100_000), 'x'.repeat(100_000), true],
])('texts are compared as a whole: %#', (one, other, same) => {
  expect(isSame(one, other)).toBe(same)
  expect(isSame(other, one)).toBe(same)
})
