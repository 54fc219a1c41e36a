import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { type TvFinding, TvInputError } from '../../src/tv/finding.ts'
import { readXmltv } from '../../src/tv/xmltv/read-xmltv.ts'
import { tvFeeds } from '../support/tv-feeds.ts'

const NOW_MS = Date.UTC(2026, 9, 1)

async function* split(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield await Promise.resolve(text.slice(at, at + size))
}

/** Reads a document in small chunks; an error is a finding, too. */
async function read(text: string, feeds = tvFeeds, size = 7) {
  const findings: TvFinding[] = []
  const statements: Statement[] = []
  const onFinding = (finding: TvFinding): void => void findings.push(finding)
  try {
    for await (const one of readXmltv(split(text, size), { feeds, nowMs: NOW_MS, onFinding })) statements.push(one)
  } catch (error) {
    if (!(error instanceof TvInputError)) throw error
    const { code, line, message } = error
    findings.push({ code, message, ...(line === undefined ? {} : { line }) })
  }
  return { statements, findings, told: findings.map(({ code, line }) => `${line} ${code}`) }
}

/** One programme a line, the first in line 2. */
function listing(...rows: [start: string, stop: string | undefined, title?: string, channel?: string][]): string {
  const lines = rows.map(([start, stop, title = 'News', channel = 'one.uk']) => {
    const end = stop === undefined ? '' : ` stop="${stop}"`
    return `<programme start="${start}"${end} channel="${channel}"><title>${title}</title></programme>`
  })
  return ['<tv>', ...lines, '</tv>'].join('\n')
}

const timesOf = (statements: Statement[]) =>
  statements
    .flatMap(({ airings = [] }) => airings)
    .map(({ fromMs, toMs }) => [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(5, 16)).join(' '))

test('a programme has its title, its series, its genres once and in lower case, and its times', async () => {
  const { statements, findings } = await read(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tv SYSTEM "xmltv.dtd">
<tv><channel id="one.uk"><display-name>One</display-name></channel>
<programme start="20260930180000 +0100" stop="20260930190000 +0100" channel="one.uk">
  <title lang="en">Tom &amp; <![CDATA[<Jerry>]]></title><title lang="de">Zweiter</title>
  <desc>long</desc><category>Comedy</category><category>comedy</category><category>Film</category>
  <episode-num system="xmltv_ns">1.2.</episode-num><episode-num system="dd_progid">EP02420905.0022</episode-num>
</programme></tv>`)
  expect(findings).toEqual([])
  const [fromMs, toMs] = [Date.UTC(2026, 8, 30, 17), Date.UTC(2026, 8, 30, 18)]
  const airing = { programme: 'EP02420905', title: 'Tom & <Jerry>', genres: ['comedy', 'film'], fromMs, toMs }
  expect(statements).toEqual([{ feed: 'one', source: 'schedule', range: { fromMs, toMs }, airings: [airing] }])
})

test.each([
  ['20260930180000 +0100', '09-30T17:00'],
  ['20260930180000+0100', '09-30T17:00'],
  ['20260930180000 +01:00', '09-30T17:00'],
  ['20260930180000 -0330', '09-30T21:30'],
  ['20260930180000 UTC', '09-30T18:00'],
  ['20260930180000 Z', '09-30T18:00'],
  ['202609301800 +0000', '09-30T18:00'],
  ['2026093018 +0000', '09-30T18:00'],
  ['20260930 +0000', '09-30T00:00'],
  ['202610 +0000', '10-01T00:00'],
])('the time %s is %s in UTC', async (start, utc) => {
  const { statements, findings } = await read(
    listing([start, `${start.startsWith('202610') ? '20261001' : '20260930'}230000 +0000`]),
  )
  expect([timesOf(statements)[0]?.slice(0, 11), findings]).toEqual([utc, []])
})

test('a time without a zone is of the feed, and so is one with a name that means several; each is told once', async () => {
  const { statements, told } = await read(
    listing(
      ['20260930180000', '20260930190000'],
      ['20260930190000', '20260930200000'],
      ['20260930180000 IST', '20260930190000 IST', 'Heute', 'zwei.de'],
    ),
  )
  expect(timesOf(statements).map((text) => text.slice(6, 11))).toEqual(['17:00', '18:00', '16:00'])
  expect(told).toEqual(['2 xmltv_no_zone', '4 xmltv_zone_name'])
})

test.each([
  '20261301000000 +0000',
  '20260230000000 +0000',
  '20260930250000 +0000',
  '20260930180000 +2500',
  'tomorrow',
  '',
])('the time %j is none: the programme is left out', async (start) => {
  const { statements, told } = await read(listing([start, '20261001120000 +0000']))
  expect([statements, told]).toEqual([[], ['2 tv_time']])
})

test('hours that clocks skip or have twice are told, and read in one stated way', async () => {
  const { statements, told } = await read(
    listing(['20260329013000', '20260329030000'], ['20261025013000', '20261025030000']),
  )
  expect(timesOf(statements)).toEqual(['03-29T01:30 03-29T02:00', '10-25T00:30 10-25T03:00'])
  expect(told.filter((text) => text.includes('tv_time'))).toEqual(['2 tv_time_skipped', '3 tv_time_twice'])
})

test('a missing stop is the next start, whoever of them comes first; the last one is left out', async () => {
  const { statements, told } = await read(
    listing(
      ['20260930190000 +0000', undefined, 'B'],
      ['20260930180000 +0000', undefined, 'A'],
      ['20260930200000 +0000', undefined, 'C'],
    ),
  )
  expect(timesOf(statements)).toEqual(['09-30T18:00 09-30T19:00', '09-30T19:00 09-30T20:00'])
  expect(told).toEqual(['2 xmltv_no_stop', '4 xmltv_no_end'])
  expect(statements.map(({ range }) => range)).toEqual([
    { fromMs: Date.UTC(2026, 8, 30, 18), toMs: Date.UTC(2026, 8, 30, 20) },
  ])
})

test.each([
  ['an overlap', ['20260930183000 +0000', '20260930193000 +0000'], 2, ['3 tv_overlap']],
  ['a gap', ['20260930193000 +0000', '20260930200000 +0000'], 2, ['3 tv_gap']],
  ['the same again', ['20260930180000 +0000', '20260930190000 +0000'], 1, ['3 tv_duplicate']],
  ['a stop before the start', ['20260930190000 +0000', '20260930183000 +0000'], 1, ['3 tv_negative']],
  ['no length', ['20260930190000 +0000', '20260930190000 +0000'], 1, ['3 tv_empty']],
  ['a length of days', ['20260930190000 +0000', '20261003190000 +0000'], 1, ['3 tv_long']],
  ['a year long gone', ['19260930180000 +0000', '19260930190000 +0000'], 1, ['3 tv_past']],
  ['a year to come', ['22260930180000 +0000', '22260930190000 +0000'], 1, ['3 tv_future']],
] as const)('%s is told with its line', async (_name, [start, stop], count, codes) => {
  const { statements, told } = await read(listing(['20260930180000 +0000', '20260930190000 +0000'], [start, stop]))
  expect([timesOf(statements).length, told]).toEqual([count, codes])
})

test('a gap is told with its length, and an overlap with the line that it is with', async () => {
  const { findings } = await read(
    listing(
      ['20260930180000 +0000', '20260930190000 +0000'],
      ['20260930191500 +0000', '20260930200000 +0000'],
      ['20260930195930 +0000', '20260930210000 +0000'],
    ),
  )
  expect(findings.map(({ message }) => message)).toEqual([
    'nothing is listed for the 15 min before',
    'starts 0.5 min before that of line 3 ends',
  ])
})

test('channels that no feed has are told once each; a +1 feed that is listed itself, and a channel that looks like one, too', async () => {
  const row: [string, string, string] = ['20260930180000 +0000', '20260930190000 +0000', 'News']
  const channel = '<channel id="zwei.de"><display-name>Zwei +1</display-name></channel>'
  const document = listing([...row, 'other'], [...row, 'other'], [...row, 'plus.uk'], [...row, 'zwei.de'])
  const { statements, findings } = await read(document.replace('<tv>', `<tv>${channel}`))
  expect(findings.map(({ code, feed }) => `${code} ${feed}`)).toEqual([
    'xmltv_display_shift zwei',
    'tv_unknown_feed other',
    'tv_derived_feed plus',
  ])
  expect(statements.map(({ feed }) => feed)).toEqual(['zwei', 'plus'])
})

test('a feed whose zone is none is told, and not read', async () => {
  const feeds = [{ name: 'one', zone: 'Mars/Olympus', xmltv: ['one.uk'] }]
  const { statements, findings } = await read(listing(['20260930180000', '20260930190000']), feeds)
  expect([statements, findings.map(({ code }) => code)]).toEqual([[], ['tv_zone', 'tv_unknown_feed']])
})

test('a programme without a title is told, and an entity of HTML stays as it is', async () => {
  const times: [string, string] = ['20260930180000 +0000', '20260930190000 +0000']
  const { statements, told } = await read(listing([...times, ''], [...times, 'Caf&eacute;']))
  expect(told).toEqual(['2 xmltv_no_title', '3 xmltv_entity'])
  expect(statements[0]?.airings?.[0]?.title).toBe('Caf&eacute;')
})

test.each([
  ['entities that grow', '<!DOCTYPE tv [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><tv><x>&b;</x></tv>', '1 xmltv_dtd'],
  ['declarations beside a file', '<!DOCTYPE tv SYSTEM "file:///etc/passwd" [ ]><tv/>', '1 xmltv_dtd'],
  ['another document', '<html></html>', '1 xmltv_root'],
  ['nothing', '', '1 xmltv_syntax'],
  ['what is no XML', 'no XML', '1 xmltv_syntax'],
  ['elements in elements', `<tv>${'<a>'.repeat(40)}`, '1 xmltv_too_large'],
  ['an attribute without end', `<tv><programme start="${'9'.repeat(2_000_000)}"/></tv>`, 'undefined xmltv_too_large'],
  ['a text without end', `<tv>${'x'.repeat(2_000_000)}</tv>`, 'undefined xmltv_too_large'],
])('%s is refused with a code', async (_name, text, told) => {
  expect((await read(text, tvFeeds, 100_000)).told).toEqual([told])
})

test('a DOCTYPE that names a file is passed over: nothing is loaded', async () => {
  const { told } = await read(`<!DOCTYPE tv SYSTEM "file:///x[1].dtd">${listing()}`)
  expect(told).toEqual([])
})

test('a document that breaks off gives what was read, and says where it ends', async () => {
  const whole = listing(
    ['20260930180000 +0000', '20260930190000 +0000'],
    ['20260930190000 +0000', '20260930200000 +0000'],
  )
  const { statements, told } = await read(whole.slice(0, -30))
  expect([timesOf(statements), told]).toEqual([['09-30T18:00 09-30T19:00'], ['3 xmltv_syntax']])
})

test('what stands before a mistake is used, also if both come in one piece', async () => {
  const whole = listing(['20260930180000 +0000', '20260930190000 +0000'])
  const { statements, told } = await read(whole.replace('</tv>', '<a></b></tv>'), tvFeeds, 100_000)
  expect([timesOf(statements), told.map((line) => line.replace(/^\d+ /, ''))]).toEqual([
    ['09-30T18:00 09-30T19:00'],
    ['xmltv_syntax'],
  ])
})
