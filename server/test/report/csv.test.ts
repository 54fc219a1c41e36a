import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { csvOf } from '../../src/report/csv.ts'
import type { Report } from '../../src/report/report.ts'
import { madeUpReport } from './fixtures/made-up-report.ts'

interface Row {
  [column: string]: string
}

function rowsOf(report: Report): Row[] {
  return parse(csvOf(report), { columns: true, record_delimiter: '\r\n' }) as Row[]
}

test('CSV has a row for each variant of each goal, the site as a whole first, and reads back as the report', () => {
  const report = madeUpReport()
  const rows = rowsOf(report)
  const all = [report.whole, ...report.experiences].filter((one) => one !== undefined)
  expect(rows).toHaveLength(
    all.reduce((sum, { goals, variants }) => sum + Math.max(1, goals.length) * variants.length, 0),
  )
  expect(rows[0]).toMatchObject({ site: 'shop', experience: '*', variant: 'personalised', role: 'variant' })
  const hero = rows.find(({ variant }) => variant === 'flowers')
  const goal = report.experiences[0]?.goals[0]
  const [perVisitor, rate] = goal?.comparisons ?? []
  expect(hero).toMatchObject({
    ...{ experience: 'home_hero', goal: 'purchase', is_primary: 'true', currency: 'EUR', against: 'control' },
    assigned: String(report.experiences[0]?.variants[1]?.assigned),
    converted: String(goal?.variants[1]?.converted),
    ...{ rate_lift: String(rate?.interval?.lift), rate_low: String(rate?.interval?.low) },
    ...{ per_visitor_high: String(perVisitor?.interval?.high), per_visitor_p: String(perVisitor?.p) },
    per_visitor_verdict: perVisitor?.verdict.kind,
  })
})

test('CSV leaves cells empty that nothing can be said about', () => {
  const rows = rowsOf(madeUpReport())
  expect(rows.find(({ variant }) => variant === 'hint')).toMatchObject({ goal: '', visitors: '', rate_lift: '' })
  expect(rows.find(({ variant }) => variant === 'sun')).toMatchObject({ assigned: '0', rate_lift: '' })
  expect(rows.find(({ role }) => role === 'control')).toMatchObject({ against: '', rate_verdict: '' })
})

test('CSV defuses text that a spreadsheet would take as a formula, and quotes what needs it', () => {
  const names = ['=cmd|"/c calc"!A1', '+1', '-1', '@SUM(A1)', '\tx', 'a,b', 'a "b"', 'two\r\nlines', 'plain']
  const report = madeUpReport()
  const [first] = report.experiences
  if (!first) throw new Error('no experience')
  const experiences = names.map((id) => ({ ...first, id }))
  const read = rowsOf({ ...report, experiences })
    .filter(({ variant }) => variant === 'flowers')
    .map(({ experience }) => experience)
  expect(read).toEqual(['\'=cmd|"/c calc"!A1', "'+1", "'-1", "'@SUM(A1)", "'\tx", ...names.slice(5)])
})
