import fc from 'fast-check'
import { createTimeline, type SpotAiring } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { createPieces, MAX_PIECE_ITEMS, type Piece, type Span } from '../../src/tv/pieces.ts'

const START = Date.UTC(2026, 10, 29, 20)
const EVERY_MS = 30_000

/** Regional commercials: so many begin at each time. */
function spotsOf(counts: readonly number[]): SpotAiring[] {
  return counts.flatMap((count, at) =>
    Array.from({ length: count }, (_none, region) => {
      const fromMs = START + at * EVERY_MS
      return { spot: `${at}-${region}`, fromMs, toMs: fromMs + EVERY_MS + 1_000 }
    }),
  )
}

function piecesOf(spots: readonly SpotAiring[], bounds?: Span): Piece<SpotAiring>[] {
  const pieces = createPieces<SpotAiring>(bounds)
  return [...spots.flatMap((spot) => pieces.add(spot)), ...pieces.end()]
}

/** Names of the spots that are known when all pieces have been said, one after the other. */
function knownAfter(pieces: readonly Piece<SpotAiring>[], spots: readonly SpotAiring[]): string[] {
  const timeline = createTimeline()
  for (const [index, { items, range }] of pieces.entries())
    timeline.state({ feed: 'one', source: 'as-run', ...(range ? { range } : {}), spots: items }, index + 1)
  return spots.map(({ spot }) => spot).filter((spot) => timeline.of(`spot:${spot}`).items.length === 1)
}

test('a piece never takes back what the one before has said, however many begin at once', () => {
  const counts = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 300, max: 1_200 })), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(counts, fc.boolean(), (each, isBounded) => {
      const spots = spotsOf(each)
      const bounds = { fromMs: START - 1_000, toMs: START + 3_600_000 }
      const pieces = piecesOf(spots, isBounded ? bounds : undefined)
      expect(pieces.flatMap(({ items }) => items)).toEqual(spots)
      expect(Math.max(0, ...pieces.map(({ items }) => items.length))).toBeLessThanOrEqual(MAX_PIECE_ITEMS)
      expect(knownAfter(pieces, spots)).toEqual(spots.map(({ spot }) => spot))
      const edges = pieces.flatMap(({ range }) => (range ? [range.fromMs, range.toMs] : []))
      const inner = edges.slice(1, -1)
      expect(inner.filter((_edge, at) => at % 2 === 0)).toEqual(inner.filter((_edge, at) => at % 2 === 1))
      if (isBounded) expect([edges[0], edges.at(-1)]).toEqual([bounds.fromMs, bounds.toMs])
    }),
    { numRuns: 50 },
  )
})

test('a full piece ends before the start of which more items come', () => {
  const pieces = piecesOf(spotsOf([210, 210, 210]))
  expect(pieces.map(({ items }) => items.length)).toEqual([420, 210])
})

test('what is too much for one piece of a start follows without a range', () => {
  const pieces = piecesOf(spotsOf([1_100, 1]))
  expect(pieces.map(({ items, range }) => [items.length, range && [range.fromMs - START, range.toMs - START]])).toEqual(
    [
      [500, [0, 1]],
      [500, undefined],
      [100, undefined],
      [1, [1, 61_000]],
    ],
  )
})
