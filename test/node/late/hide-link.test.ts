import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutParameter } from '../../../src/late/hide-link.ts'

test.each([
  ['/a?pp_link=X', '/a'],
  ['/a?pp_link=X#h', '/a#h'],
  ['/a?b=1&pp_link=X', '/a?b=1'],
  ['/a?pp_link=X&b=1#h?pp_link=Y', '/a?b=1#h?pp_link=Y'],
  ['/a?b=%20+%C3%A9&pp_link=X&c&=d', '/a?b=%20+%C3%A9&c&=d'],
  ['/a?pp_link=X&pp_link=Y', '/a'],
  ['/a?xpp_link=X', '/a?xpp_link=X'],
])('%s becomes %s', (address, expected) => {
  expect(withoutParameter(address, 'pp_link')).toBe(expected)
})

test('the rest of the address stays to the letter', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '1', '=', '&', '%20', '+', '/', '?', '_'),
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(text, text, (query, hash) => {
      expect(withoutParameter(`/a?${query}&pp_link=X#${hash}`, 'pp_link')).toBe(`/a?${query}#${hash}`)
    }),
  )
})
