import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { encode } from '../../../src/client/json.ts'

afterEach(() => {
  for (const { prototype } of [Array, Object, String]) Reflect.deleteProperty(prototype, 'toJSON')
})

test.each([Array, Object, String])(
  'values stay what they are where a library of the page has given each %o a JSON of its own',
  ({ prototype }) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expected = JSON.stringify(value)
        Object.defineProperty(prototype, 'toJSON', { configurable: true, value: () => 'another' })
        const encoded = encode(value)
        Reflect.deleteProperty(prototype, 'toJSON')
        expect(encoded).toBe(expected)
      }),
    )
  },
)

test('an object that knows its JSON is asked for it', () => {
  expect(encode({ at: new Date(0), link: new URL('https://brand.example/') })).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","link":"https://brand.example/"}',
  )
})
