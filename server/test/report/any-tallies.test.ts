import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatReport } from '../../src/cli/report-table.ts'
import { buildReport } from '../../src/report/build-report.ts'
import { csvOf } from '../../src/report/csv.ts'
import { htmlOf } from '../../src/report/html.ts'
import type { SiteTallies } from '../../src/tally/tallies.ts'
import { endOf, FIRST_DAY, type MadeUpDay, ORDER, planOf, SIGN_UP, talliesOf } from './made-up-tallies.ts'

const DAY_MS = 86_400_000

const counts = fc.oneof(fc.constantFrom(0, 1, 2, 50, 1_000_000), fc.integer({ min: 0, max: 5_000 }))

/** Days of all groups, however few or many visitors they have and whatever those are worth. */
const days = fc.array(
  fc.record({
    variant: fc.constantFrom('control', 'flowers', 'holdout', 'gone'),
    day: fc.integer({ min: 0, max: 9 }),
    visitors: counts,
    share: fc.constantFrom(0, 0.01, 0.1, 0.5, 1),
    valueEach: fc.constantFrom(0, 1, 100, 1e11),
    late: fc.constantFrom(0, 0.01, 1),
    goal: fc.constantFrom(ORDER.id, SIGN_UP.id),
  }),
  { minLength: 1, maxLength: 40 },
)

function talliesFrom(made: readonly MadeUpDay[], changes: boolean): SiteTallies {
  const holdout = { share: 0.1, seed: 'q1' }
  const shares = { control: 0.45, flowers: 0.45, holdout: 0.1 }
  const period = { experience: 'spring', seed: 'spring', fromMs: FIRST_DAY * DAY_MS, shares }
  const later = { ...period, fromMs: (FIRST_DAY + 3) * DAY_MS, shares: { control: 0.2, flowers: 0.7, holdout: 0.1 } }
  const { outcomes, ...rest } = talliesOf(made, {
    plans: [planOf({ holdout, goals: [ORDER, { ...SIGN_UP, isPrimary: undefined as never }] })],
    periods: changes ? [period, later] : [period],
  })
  const known = outcomes.map((one) => ({
    ...one,
    before: one.value,
    beforeSquares: one.squares,
    products: one.squares,
  }))
  return { ...rest, outcomes: changes ? known : outcomes }
}

test('of any counts there is a report in every form, without a number that is none', () => {
  fc.assert(
    fc.property(
      days,
      fc.boolean(),
      fc.constantFrom('always_valid' as const, 'fixed' as const),
      (all, changes, interval) => {
        const made = all.map(({ share, late, ...day }): MadeUpDay => ({
          ...day,
          converted: Math.floor(day.visitors * share),
          late: Math.floor(day.visitors * late),
          period: changes && day.day > 3 ? 1 : 0,
        }))
        const report = buildReport(talliesFrom(made, changes), { atMs: endOf(12, ORDER), interval })
        const text = [
          JSON.stringify(report, (_key, value: unknown) => {
            if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
            return value
          }),
          ...[csvOf(report), htmlOf(report), formatReport(report, { width: 100, only: 'spring' })],
        ].join('\n')
        expect(text).not.toMatch(/\bNaN\b|Infinity|undefined|Invalid/)
      },
    ),
    { numRuns: 500 },
  )
})
