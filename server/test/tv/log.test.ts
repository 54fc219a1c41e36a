import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { parseLogMap } from '../../src/tv/csv/log-map.ts'
import { type LogOptions, readLog } from '../../src/tv/csv/read-log.ts'
import { type TvFinding, TvInputError } from '../../src/tv/finding.ts'
import { tvFeeds } from '../support/tv-feeds.ts'

const NOW_MS = Date.UTC(2026, 9, 1)
const HEADER = 'feed,timestamp,spot,duration'

async function* split(bytes: Buffer, size = 11) {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}

async function read(content: string | Buffer, options: Partial<LogOptions> & { yaml?: string } = {}) {
  const findings: TvFinding[] = []
  const statements: Statement[] = []
  const { yaml, ...others } = options
  const onFinding = (finding: TvFinding): void => void findings.push(finding)
  const map = yaml === undefined ? {} : { map: parseLogMap(yaml) }
  const all: LogOptions = { feeds: tvFeeds, source: 'as-run', nowMs: NOW_MS, onFinding, ...map, ...others }
  try {
    for await (const statement of readLog(split(Buffer.from(content as string)), all)) statements.push(statement)
  } catch (error) {
    if (!(error instanceof TvInputError)) throw error
    findings.push({ code: error.code, message: error.message })
  }
  const spots = statements.flatMap((statement) => statement.spots ?? [])
  const times = spots.map(({ fromMs }) => new Date(fromMs).toISOString().slice(5, 19))
  return { statements, findings, spots, times, told: findings.map(({ code, line }) => `${line} ${code}`) }
}

test('an as-run log says all that its feed has sent from the first row to the end of the last', async () => {
  const { statements, findings } = await read(
    `\uFEFFFeed,Date,Time,Spot,Duration,Brand,Product,Area,Status\r
one,2026-09-30,18:00:00,SPRING30,30,"Acme, Inc.",Shoes,"s/US-CA; dma/501",aired\r
one.hd,2026-09-30,18:00:30,"SAY ""HI""",00:00:15:12,,,,missed\r
`,
  )
  const fromMs = Date.UTC(2026, 8, 30, 17)
  const areas = ['s/US-CA', 'dma/501']
  expect(findings).toEqual([])
  expect(statements).toEqual([
    {
      ...{ feed: 'one', source: 'as-run', range: { fromMs, toMs: fromMs + 45_000 } },
      spots: [
        { spot: 'SPRING30', brand: 'Acme, Inc.', product: 'Shoes', areas, fromMs, toMs: fromMs + 30_000 },
        { spot: 'SAY "HI"', isCancelled: true, fromMs: fromMs + 30_000, toMs: fromMs + 45_000 },
      ],
    },
  ])
})

test("a map names the broadcaster's columns, what all rows have, the order of dates, and what did not air", async () => {
  const yaml = `columns: { Datum: date, Zeit: time, Motiv: spot, Länge: duration, Stand: status }
constants: { feed: zwei }
delimiter: ';'
dates: dmy
cancelled: [Entfallen]`
  const { spots, times, findings } = await read(
    'Datum;Zeit;Motiv;Länge;Stand;Notiz\n30/09/2026;18:00:00;A;"29,97";gesendet;"x;y"\n30.9.2026;25:30;B;0:30;ENTFALLEN;\n',
    { yaml, source: 'schedule' },
  )
  expect(findings).toEqual([])
  // 25:30 is half past one of the next day, in the broadcaster's count.
  expect(times).toEqual(['09-30T16:00:00', '09-30T23:30:00'])
  expect(spots.map(({ fromMs, toMs, isCancelled }) => [toMs - fromMs, isCancelled])).toEqual([
    [29_970, undefined],
    [30_000, true],
  ])
})

test.each([
  ['2026-09-30T18:00:00Z', '09-30T18:00:00'],
  ['2026-09-30 18:00:00 +0200', '09-30T16:00:00'],
  ['2026-09-30T18:00-05:00', '09-30T23:00:00'],
  ['2026-09-30 18:00:05.250', '09-30T17:00:05'],
  ['2026-09-30 18:00:05:12', '09-30T17:00:05'],
  ['2026/09/30 6:00:05 PM', '09-30T17:00:05'],
  ['30.09.2026 12:00 am', '09-29T23:00:00'],
  ['20260930180000 +0000', '09-30T18:00:00'],
  ['202609301800', '09-30T17:00:00'],
  ['1790791200', '09-30T18:00:00'],
  ['1790791200000', '09-30T18:00:00'],
])('the timestamp %s is %s in UTC', async (timestamp, utc) => {
  const { times, findings } = await read(`${HEADER}\none,${timestamp},A,30`)
  expect([times, findings]).toEqual([[utc], []])
})

test.each([
  'tomorrow',
  '03/04/2026 18:00',
  '2026-02-30 18:00',
  '2026-09-30 30:00',
  '2026-09-30',
  '2026-09-30 0:30 pm',
  '',
])('the timestamp %j is none, or may mean two: the row is left out', async (timestamp) => {
  expect((await read(`${HEADER}\none,${timestamp},A,30\none,2026-09-30 18:00,B,30`)).told).toEqual(['2 csv_value'])
})

test.each([
  ['one,2026-09-30 18:00,A,long', 'csv_value', 'has the duration long, which is none'],
  ['one,2026-09-30 18:00,A,', 'csv_value', 'has the duration , which is none'],
  ['one,2026-09-30 18:00,,30', 'csv_value', 'has no spot, or one with a very long name'],
  ['one,2026-09-30 18:00,A', 'csv_row', 'has 3 values, and not one for each column'],
  ['one,2026-09-30 18:00,"A,30', 'csv_row', 'has a quote that is not closed'],
  ['elsewhere,2026-09-30 18:00,A,30', 'tv_unknown_feed', 'is no feed: its rows were left out'],
  ['one,1026-09-30 18:00,A,30', 'tv_past', expect.stringContaining('more than 400 days ago')],
  ['one,2226-09-30 18:00,A,30', 'tv_future', expect.stringContaining('more than 400 days from now')],
  ['one,2026-09-30 17:00,B,30', 'tv_duplicate', 'is there already, and was left out'],
  ['plus,2026-09-30 17:00,B,30', 'tv_derived_feed', 'follows from one: a log of its own is not needed'],
  ['one,2026-09-30 17:00:10,C,30', 'tv_overlap', expect.stringContaining('0.3 min before that of line 2 ends')],
])('the row %s is told with its line', async (row, code, message) => {
  const { findings } = await read(`${HEADER}\none,2026-09-30 17:00,B,30\n${row}\n`)
  expect(findings).toEqual([expect.objectContaining({ line: 3, code, message })])
})

test.each([
  ['Area', 'California', 'has the area California, which is none such as s/US-CA'],
  ['Status', 'perhaps', 'has the status perhaps, which says nothing: see `cancelled` of a map'],
])('a row with a bad %s is told', async (column, value, message) => {
  const { findings } = await read(`${HEADER},${column}\none,2026-09-30 17:00,B,30,${value}\n`)
  expect(findings).toEqual([{ code: 'csv_value', line: 2, feed: 'one', message }])
})

test('the United Kingdom is GB in an area, as it is in catalogs', async () => {
  const { spots } = await read(`${HEADER},area\none,2026-09-30 17:00,B,30,"c/UK,s/UK-SCT,c/UKR"\n`)
  expect(spots[0]?.areas).toEqual(['c/GB', 's/GB-SCT', 'c/UKR'])
})

test('the hour that comes twice is told apart by the order of the rows', async () => {
  const rows = ['01:10', '01:50', '01:10', '01:50'].map((time, at) => `one,2026-10-25 ${time},S${at},30`)
  const { times, told } = await read(`${HEADER}\n${rows.join('\n')}`)
  expect(times).toEqual(['10-25T00:10:00', '10-25T00:50:00', '10-25T01:10:00', '10-25T01:50:00'])
  expect(told).toEqual(['2 tv_time_twice'])
})

test('a time that clocks skip is told', async () => {
  expect((await read(`${HEADER}\none,2026-03-29 01:30,A,30`)).told).toEqual(['2 tv_time_skipped'])
})

test('a range that is given is told of whole, also without rows at its ends, and rows outside are left out', async () => {
  const range = { fromMs: Date.UTC(2026, 8, 30), toMs: Date.UTC(2026, 9, 1) }
  const rows = 'one,2026-09-30T18:00Z,A,30\none,2026-10-02T18:00Z,B,30'
  const { statements, told } = await read(`${HEADER}\n${rows}`, { range })
  expect(told).toEqual(['3 tv_outside'])
  expect(statements.map(({ feed, range, spots }) => [feed, range, spots?.length])).toEqual([['one', range, 1]])
})

test('1,200 rows come in statements of 500 at most, whose ranges abut', async () => {
  const first = Date.UTC(2026, 8, 30)
  const rows = Array.from({ length: 1_200 }, (_none, at) => `one,${first + at * 60_000},S${at},30`)
  const { statements, spots } = await read(`${HEADER}\n${rows.join('\n')}`)
  const ranges = statements.flatMap(({ range }) => range ?? [])
  expect([spots.length, ranges[0]?.fromMs, ranges.at(-1)?.toMs]).toEqual([
    1_200,
    first,
    first + 1_199 * 60_000 + 30_000,
  ])
  expect(Math.max(...statements.map((statement) => statement.spots?.length ?? 0))).toBeLessThanOrEqual(500)
  expect(ranges.slice(1).map(({ fromMs }) => fromMs)).toEqual(ranges.slice(0, -1).map(({ toMs }) => toMs))
})

test.each([
  ['', 'csv_header', 'is empty'],
  ['a,b\n1,2', 'csv_header', 'nothing gives feed, spot, duration, date, time: name columns or constants in a map'],
  ['feed,date,spot,duration\n', 'csv_header', 'nothing gives time: name columns or constants in a map'],
  ['PK\u0003\u0004\0\0\n', 'tv_encoding', expect.stringContaining('NUL byte')],
])('a file that begins with %j is refused', async (text, code, message) => {
  expect((await read(text)).findings).toEqual([{ code, message }])
})

test('UTF-16 is known by its mark; Latin-1 has to be said, and is else told by line', async () => {
  const text = `${HEADER}\none,2026-09-30 18:00,Käse,30\none,2026-09-30 19:00,B,30\n`
  const utf16 = await read(Buffer.from(`\uFEFF${text}`, 'utf16le'))
  const bigEndian = await read(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())
  const latin1 = Buffer.from(text, 'latin1')
  const said = await read(latin1, { encoding: 'latin1' })
  for (const { spots, findings } of [utf16, bigEndian, said])
    expect([spots.map(({ spot }) => spot), findings]).toEqual([['Käse', 'B'], []])
  const unsaid = await read(latin1)
  expect([unsaid.spots.map(({ spot }) => spot), unsaid.told]).toEqual([['B'], ['2 tv_encoding']])
  expect((await read(latin1, { encoding: 'klingon' })).told).toEqual(['undefined tv_encoding'])
})

test.each([
  ['- a', 'columns: must name at least one'],
  ['columns: {}', 'columns: must name at least one'],
  ['{', 'is neither YAML nor JSON'],
  ['columns: { A: spots }', 'columns.A: must be feed, date'],
  ['columns: { A: spot }\nconstants: { feeds: x }', 'constants.feeds: must be one of'],
  ['columns: { A: spot }\nconstants: 7', 'constants: must be fields'],
  ['columns: { A: spot }\ndelimiter: ab', 'delimiter: must be one character'],
  ['columns: { A: spot }\ndates: ydm', 'dates: must be ymd, dmy, mdy'],
  ['columns: { A: spot }\ncancelled: no', 'cancelled: must be a list'],
  ['columns: { A: spot }\nzone: UTC', 'zone: there are columns'],
])('the map %j is refused', (yaml, message) => {
  expect(() => parseLogMap(yaml)).toThrow(message)
})
