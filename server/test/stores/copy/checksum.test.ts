import { expect, test } from 'vitest'
import { addRows, EMPTY_CHECKSUM } from '../../../src/stores/copy/checksum.ts'
import type { CopiedRow } from '../../../src/stores/copy/copy-end.ts'

const row = (visitorId: string, bytes = `profile of ${visitorId}`, site = 'site'): CopiedRow => ({
  site,
  visitorId,
  bytes: Buffer.from(bytes),
  position: { epoch: 1, offset: 1, writtenUs: 1 },
  ttlS: 1,
})
const of = (...rows: CopiedRow[]) => addRows(EMPTY_CHECKSUM, rows)

test('no rows, and rows of what was erased, are no profiles', () => {
  expect(of()).toEqual({ count: 0, sum: '0' })
  expect(of(row('a', ''))).toEqual(EMPTY_CHECKSUM)
  expect(addRows(of(row('a')), [row('b', '')])).toEqual(of(row('a')))
})

test('the same profiles have the same checksum, in whatever order and pieces they come', () => {
  const rows = Array.from({ length: 50 }, (_, index) => row(`v${index}`))
  const whole = of(...rows)
  expect(whole.count).toBe(50)
  expect(of(...rows.toReversed())).toEqual(whole)
  expect(rows.reduce((sum, one) => addRows(sum, [one]), EMPTY_CHECKSUM)).toEqual(whole)
  // 50 numbers of 64 bits wrap round many times.
  expect(whole.sum).toMatch(/^[\da-f]{1,16}$/)
})

test.each([
  ['another visitor', row('b', 'profile of a')],
  ['another site', row('a', 'profile of a', 'sit')],
  ['other bytes', row('a', 'profile of b')],
  ['names that run together', row('b', 'profile of a', 'site","a')],
  ['a key that runs into its bytes', row('', 'aprofile of a')],
])('%s is another profile', (_name, other) => {
  expect(of(other).sum).not.toBe(of(row('a')).sum)
})

test('a row that is there twice is not there once', () => {
  expect(of(row('a'), row('a'))).not.toEqual(of(row('a')))
})

test('what says where and how long a row is stored does not count', () => {
  const moved = { ...row('a'), position: { epoch: 9, offset: 9, writtenUs: 9 }, ttlS: 9 }
  expect(of(moved)).toEqual(of(row('a')))
})
