import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, isFolded, type Position } from '../../src/stores/position.ts'

const HOUR_MS = 3_600_000

test('an entry is folded once: up to the offset of its own log', () => {
  const position = { epoch: 2, offset: 100, writtenUs: 1 }
  expect(isFolded(undefined, 2, 1)).toBe(false)
  expect(isFolded(position, 2, 100)).toBe(true)
  expect(isFolded(position, 2, 101)).toBe(false)
  expect(isFolded(position, 3, 1)).toBe(false)
})

test('a row is written at the time of its entry, in µs', () => {
  expect(advance(undefined, { epoch: 1, nextOffset: 7, appendedMs: 5 })).toEqual({
    epoch: 1,
    offset: 7,
    writtenUs: 5_000,
  })
})

test('a clock that goes back an hour does not hide what is written after it', () => {
  const early = advance(undefined, { epoch: 1, nextOffset: 1, appendedMs: 2 * HOUR_MS })
  const late = advance(early, { epoch: 1, nextOffset: 2, appendedMs: HOUR_MS })
  expect(late.writtenUs).toBe(early.writtenUs + 1)
})

test('a new log writes later than anything that a stopped writer of the old one still may', () => {
  const read = { epoch: 1, offset: 9, writtenUs: 9e15 }
  const zombie = Array.from({ length: 512 }).reduce<Position>(
    (position, _, index) => advance(position, { epoch: 1, nextOffset: 10 + index, appendedMs: 0 }),
    read,
  )
  expect(advance(read, { epoch: 2, nextOffset: 1, appendedMs: 0 }).writtenUs).toBeGreaterThan(zombie.writtenUs)
})

test('the position is the same however a log is cut into commits, and always grows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 * HOUR_MS }), { minLength: 1, maxLength: 50 }), (times) => {
      let position: Position | undefined
      for (const [index, appendedMs] of times.entries()) {
        const next = advance(position, { epoch: 1, nextOffset: index + 1, appendedMs })
        expect(next.writtenUs).toBeGreaterThan(position?.writtenUs ?? 0)
        // Read again from the store, and folded from there on.
        position = JSON.parse(JSON.stringify(next)) as Position
      }
    }),
  )
})
