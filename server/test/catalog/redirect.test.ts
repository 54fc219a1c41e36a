import { expect, test } from 'vitest'
import { redirectFlaw } from '../../src/catalog/redirect.ts'
import spellings from './redirect-spellings.json' with { type: 'json' }

const OWN = 'https://www.shop.example'
const ORIGINS = new Set([OWN, 'https://sale.shop.example', 'http://plain.example:8080'])

test('at least 100 spellings are refused', () => {
  expect(new Set(spellings.refused).size).toBeGreaterThanOrEqual(100)
})

test.each(spellings.refused.map((address) => [JSON.stringify(address), address] as const))(
  '%s is refused',
  (_shown, address) => {
    expect(redirectFlaw(address, ORIGINS)).toMatch(/^a redirect /)
  },
)

test.each(spellings.allowed)('%s is allowed, and leads to an allowed origin as browsers read it', (address) => {
  expect(redirectFlaw(address, ORIGINS)).toBeUndefined()
  expect(ORIGINS).toContain(new URL(address, OWN).origin)
})

test('whatever is made of the spellings above, what is allowed leads to an allowed origin', () => {
  const parts = [
    '/',
    '//',
    '\\',
    '.',
    '@',
    ':',
    '\t',
    '%2f',
    'https:',
    OWN,
    'evil.example',
    '?',
    '#',
    ' ',
    '..',
    'javascript:',
  ]
  const pairs = parts.flatMap((one) => parts.map((other) => one + other))
  const addresses = pairs.flatMap((one) => pairs.map((other) => one + other))
  const allowed = addresses.filter((address) => redirectFlaw(address, ORIGINS) === undefined)
  expect(allowed.length).toBeGreaterThan(1_000)
  expect(allowed.filter((address) => !ORIGINS.has(new URL(address, OWN).origin))).toEqual([])
})
