import { expect, test } from 'vitest'
import { formatReport } from '../../src/cli/report-table.ts'
import type { Report } from '../../src/report/report.ts'
import { madeUpReport } from '../report/fixtures/made-up-report.ts'

const report = madeUpReport()

test('a report for a terminal begins with the site as a whole, and each part with its sentence', () => {
  const lines = formatReport(report, { width: 120 }).split('\n')
  expect(lines[0]).toBe('site shop on 2026-06-30 06:00 UTC, catalog 4f1d0c9e')
  expect(lines[2]).toBe('The site as a whole: Better')
  expect(lines[3]).toBe(`  ${report.whole?.verdict.sentence}`)
  const titles = lines.filter((line) => /^\S.*: [A-Z]/.test(line)).map((line) => line.replace(/ .*/, ''))
  expect(titles).toEqual(['The', ...report.experiences.map(({ id }) => id)])
})

test('a report for a terminal gives the numbers of each variant, and says what is withheld in capitals', () => {
  const text = formatReport(report, { width: 120 })
  const { assigned, seen } = report.experiences[0]?.variants[1] ?? {}
  const row = text.split('\n').find((line) => /^ {2}flowers +\d/.test(line))
  expect(row).toContain(assigned?.toLocaleString('en'))
  expect(row).toContain(seen?.toLocaleString('en'))
  expect(row).toMatch(/ \d\.\d\d %  +\d\.\d\d EUR  +\+\d+(\.\d)? % \(\+\d+(\.\d)? to \+\d+(\.\d)? %\)$/)
  expect(text).toContain('checkout_trust (slot checkout): VERDICT WITHHELD')
  expect(text).toContain('easter_hero (slot hero, gone): Too early to say')
  expect(text).toContain('delivery: badges late 7.10 %, failed 0.10 %')
})

test.each([60, 80, 100, 140])('no line of a report is wider than a terminal of %i characters', (width) => {
  for (const only of [undefined, 'home_hero', 'category_teaser', 'checkout_trust', 'search_hint', 'summer_sale']) {
    const text = formatReport(report, { width, ...(only === undefined ? {} : { only }) })
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([])
  }
})

test('an experience that is named is shown in detail: over time, its ratio tests, and segments that decide nothing', () => {
  const text = formatReport(report, { width: 100, only: 'category_teaser' })
  expect(text).not.toContain('home_hero')
  expect(text).toContain('over time: short against control, rate; | is no difference')
  expect(text).toContain('over time: long against control, rate; | is no difference')
  expect(text).toMatch(/2026-06-30 .*\|.*-o-/)
  expect(text).toContain('sample ratio: are the groups as large as their shares want?')
  expect(text).toContain('segments, exploratory: for looking, not for deciding')
  expect(formatReport(report, { width: 100, only: 'checkout_trust' })).toContain('NOT SOUND')
})

test('names of others reach a terminal on one line, and without commands', () => {
  const name = 'x\u001b[2J\u202ey\nz'
  const text = JSON.stringify(report).replaceAll(/control|flowers|home_hero|purchase|mobile|shop/g, () =>
    JSON.stringify(name).slice(1, -1),
  )
  for (const only of [undefined, name]) {
    const shown = formatReport(JSON.parse(text) as Report, { width: 100, ...(only === undefined ? {} : { only }) })
    expect(shown).not.toContain('\u001b')
    expect(shown).not.toContain('\u202e')
    expect(shown).not.toMatch(/^z/m)
    expect(shown).toContain('\\u001b[2J')
  }
})

test('a site without a holdout, without experiences and goals is told in words, too', () => {
  const { v, site, catalog, atMs, confidence, erased, remarks } = report
  const bare: Report = { v, site, catalog, atMs, interval: 'fixed', confidence, experiences: [], erased, remarks }
  const text = formatReport(bare, { width: 80 })
  expect(text).toContain('no experience')
  expect(text).toContain('for one look at a time that was set before')
})
