import { assert, json, property } from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKey } from '../../../src/http/app/repeated-key.ts'

test.each([
  ['{"consent":"denied","consent":"granted"}', 'consent'],
  ['{"consent":"denied","\\u0063onsent":"granted"}', 'consent'],
  ['{"consent" : "denied", "a":[{"b":1}],\n"consent"\t:"granted"}', 'consent'],
  ['{"batch":[{"context":{"consent":{"categoryPreferences":{"ads":false,"ads":true}}}}]}', 'ads'],
  ['{"batch":[{"context":{"consent":{}},"context":{}}]}', 'context'],
  ['{"batch":[{"context":{"consent":{}}},{"context":{"consent":{}}}]}', undefined],
  ['{"consent":"consent","a":"\\"consent\\":","b":["consent","consent"]}', undefined],
  ['{"consent":"granted","a\\\\":1,"a":2}', undefined],
  ['{"a":1,"a":2}', undefined],
])('%s repeats %s', (text, key) => expect(repeatedKey(text)).toBe(key))

test('no object that is written by a serialiser repeats a key', () => {
  assert(
    property(json({ stringUnit: 'binary' }), (text) => {
      expect(repeatedKey(`{"consent":"granted","value":${text}}`)).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})
