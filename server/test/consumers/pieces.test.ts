import { expect, test } from 'vitest'
import { piecesOf } from '../../src/consumers/chunks.ts'
import type { PlacedRecord } from '../../src/consumers/projection.ts'
import { declaring, viewed } from '../support/feature-log.ts'

function placed(records: PlacedRecord['record'][]): PlacedRecord[] {
  return records.map((record, index) => ({ record, offset: index * 10, nextOffset: index * 10 + 10 }))
}

test('a piece has 128 profiles at most, however many records they have, and all pieces together have every record in order', () => {
  const records = placed(
    Array.from({ length: 1_000 }, (_none, index) => viewed(index, `visitor-${Math.floor(index / 3)}`)),
  )
  const pieces = piecesOf(records, 12_345)
  expect(pieces.map(({ records: { length } }) => length)).toEqual([384, 384, 232])
  expect(pieces.flatMap((piece) => piece.records)).toEqual(records)
  expect(pieces.map(({ nextOffset }) => nextOffset)).toEqual([3_840, 7_680, 12_345])
})

test('a visitor of the piece may come back in it, and what is about no visitor has a piece, too', () => {
  const many = Array.from({ length: 128 }, (_none, index) => viewed(index, `visitor-${index}`))
  expect(piecesOf(placed([...many, viewed(200, 'visitor-0')]), 1_290)).toHaveLength(1)
  expect(piecesOf(placed([...many, declaring([])]), 1_290)).toHaveLength(2)
})

test('a chunk of which nothing could be read says where the log goes on', () => {
  expect(piecesOf([], 77)).toEqual([{ records: [], nextOffset: 77 }])
})
