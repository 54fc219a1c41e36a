import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCounting } from '../../../src/consumers/report/counting.ts'
import type { StoredRecord } from '../../../src/ingest/record.ts'
import { buildReport } from '../../../src/report/build-report.ts'
import { csvOf } from '../../../src/report/csv.ts'
import { htmlOf } from '../../../src/report/html.ts'
import { isPlan } from '../../../src/tally/is-plan.ts'
import type { SiteTallies } from '../../../src/tally/tallies.ts'
import {
  assigned,
  BEGAN_MS,
  event,
  order,
  outcomeLines,
  PLAN,
  planRecord,
  RECEIVED_MS,
} from '../../support/tally-records.ts'

function count(records: readonly StoredRecord[]): SiteTallies {
  const counting = createCounting({ stored: { sites: new Map(), cells: [] }, readRow: () => undefined })
  for (const record of records) counting.add(record)
  counting.take()
  return counting.tallies('flora') as SiteTallies
}

const names = fc.constantFrom(
  'hero',
  'menu',
  'a',
  'b',
  '*',
  'holdout',
  'personalised',
  '__proto__',
  'constructor',
  '',
  'v1',
  'x'.repeat(9_999),
)
const numbers = fc.constantFrom(0, -0, -1, 0.005, 1.005, 1e308, 9_007_199_254_740_993, 1e-300, 12.34)
const values = fc.oneof(names, numbers, fc.jsonValue())
const properties = fc.dictionary(
  fc.constantFrom('experience', 'variant', 'outcome', 'catalog', 'order_id', 'total', 'currency', '__proto__', 'slot'),
  values,
)

test('whatever a visitor says, counting goes on, a report can be made, and nobody else is counted otherwise', () => {
  const others = [assigned('v1', 1), assigned('v2', 1, { variant: 'b' }), order('v1', 2, '1', { total: 20 })]
  const alone = outcomeLines(count([planRecord(), ...others]))
  const said = fc.tuple(
    fc.constantFrom('pp:assigned', 'pp:seen', 'pp:unlinked', 'pp:page', 'Order Completed', 'Signed Up', '__proto__'),
    properties,
    fc.constantFrom(0, 1, BEGAN_MS - 1, BEGAN_MS, BEGAN_MS + 3_600_000, RECEIVED_MS),
  )
  fc.assert(
    fc.property(fc.array(said, { maxLength: 30 }), (all) => {
      const nonsense = all.map(([name, given, atMs], index): StoredRecord => {
        const record = event('mallory', name, index, { properties: given as never })
        return { ...record, atMs }
      })
      const tallies = count([planRecord(), ...nonsense, ...others])
      const report = buildReport(tallies, { atMs: RECEIVED_MS, interval: 'always_valid' })
      expect(JSON.stringify(report).length + csvOf(report).length + htmlOf(report).length).toBeGreaterThan(0)
      const visitors = tallies.outcomes
        .filter(({ goal }) => goal === 'orders-id')
        .reduce((sum, one) => sum + one.visitors, 0)
      expect(visitors).toBeLessThanOrEqual(4)
      if (
        !nonsense.some((one) => one.kind === 'event' && one.event.type === 'track' && one.event.event === 'pp:assigned')
      )
        expect(outcomeLines(tallies)).toEqual(alone)
    }),
    { numRuns: 300 },
  )
})

test('a plan may have texts as long as catalogs may have them', () => {
  const seed = '\u{1f338}'.repeat(2_000)
  expect(isPlan({ ...PLAN, holdout: { share: 0.1, seed } })).toBe(true)
})
