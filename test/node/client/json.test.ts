import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { encode } from '../../../src/client/json.ts'

afterEach(() => {
  Reflect.deleteProperty(Array.prototype, 'toJSON')
})

test('lists stay lists where a library of the page has given them a JSON of their own', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const expected = JSON.stringify(value)
      Object.defineProperty(Array.prototype, 'toJSON', { configurable: true, value: () => 'no list' })
      expect(encode(value)).toBe(expected)
      Reflect.deleteProperty(Array.prototype, 'toJSON')
    }),
  )
})

test('an object that knows its JSON is asked for it', () => {
  expect(encode({ at: new Date(0), link: new URL('https://brand.example/') })).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","link":"https://brand.example/"}',
  )
})
