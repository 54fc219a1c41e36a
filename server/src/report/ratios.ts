import type { Arrivals, Period } from '../tally/tallies.ts'
import type { RatioTest } from './report.ts'

/** Least number of first assignments that is expected of the smallest variant: below it chi-square is no approximation. */
const LEAST_EXPECTED = 5

/** A period with its number among all of the site. */
export interface NumberedPeriod extends Period {
  number: number
}

/** Tests for each period of unchanged shares whether first assignments are as many as the shares want. */
export function ratioTests(
  periods: readonly NumberedPeriod[],
  arrivals: readonly Arrivals[],
  isTested: (variant: string) => boolean,
  test: (counts: readonly number[], shares: readonly number[]) => { p: number; isSound: boolean },
): RatioTest[] {
  return periods.flatMap(({ number, ...period }) => {
    const ids = Object.keys(period.shares).filter(isTested)
    const of = ids.map((id) => period.shares[id] as number)
    const whole = of.reduce((sum, share) => sum + share, 0)
    const shares = of.map((share) => share / whole)
    const counts = ids.map((id) =>
      arrivals.reduce((sum, one) => sum + (one.period === number && one.variant === id ? one.fresh : 0), 0),
    )
    const all = counts.reduce((sum, count) => sum + count, 0)
    if (ids.length < 2 || Math.min(...shares) * all < LEAST_EXPECTED) return []
    const variants = ids.map((id, at) => ({
      id,
      expected: (shares[at] as number) * all,
      counted: counts[at] as number,
    }))
    return [{ fromMs: period.fromMs, variants, ...test(counts, shares) }]
  })
}
