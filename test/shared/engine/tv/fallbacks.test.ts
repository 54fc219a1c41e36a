import { expect, test } from 'vitest'
import { createTimeline } from '../../../../src/engine/index.ts'

const START = Date.UTC(2026, 10, 29, 20)
const MINUTE = 60_000

test('what a schedule says counts on when a detection falls silent', () => {
  const timeline = createTimeline()
  const at = (minute: number): { spot: string; fromMs: number; toMs: number } => {
    const fromMs = START + minute * MINUTE
    return { spot: 'roses-30', fromMs, toMs: fromMs + 30_000 }
  }
  timeline.state({ feed: 'itv', source: 'schedule', spots: [at(0), at(20), at(40)] }, 1)
  // It has found the first one, a few seconds late, and says nothing from then on.
  const found = { ...at(0), fromMs: START + 5_000, toMs: START + 35_000 }
  timeline.state({ feed: 'itv', source: 'partner', spots: [found] }, 2)
  expect(timeline.of('spot:roses-30').items.map(({ fromMs }) => fromMs)).toEqual([
    START + 5_000,
    START + 20 * MINUTE,
    START + 40 * MINUTE,
  ])
})
