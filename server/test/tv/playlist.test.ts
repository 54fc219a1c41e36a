import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { type TvFinding, TvInputError } from '../../src/tv/finding.ts'
import { createPlaylistReader } from '../../src/tv/hls/playlist-reader.ts'
import { segment, spliceInsert, timeSignal } from '../support/scte35.ts'

const DATA = new URL('../../../test/data/tv/hls/', import.meta.url)
const FETCHED_MS = Date.UTC(2026, 9, 1)
const FETCHED_2014_MS = Date.UTC(2014, 2, 5, 11, 20)

const sample = (name: string): string => readFileSync(new URL(name, DATA), 'utf8')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function reader() {
  const findings: TvFinding[] = []
  const { take } = createPlaylistReader({ feed: 'one', onFinding: (finding) => findings.push(finding) })
  return {
    take: (text: string, fetchedMs = FETCHED_MS): Statement[] => take(text, fetchedMs).statements,
    told: () => findings.map(({ code, line }) => `${line} ${code}`),
  }
}

/** Breaks, as seconds from an instant. */
const breaksOf = (statements: Statement[], fromMs = FETCHED_MS) =>
  statements.flatMap(({ breaks = [] }) => breaks.map((one) => [one.fromMs - fromMs, one.toMs - fromMs]))

const spotsOf = (statements: Statement[], fromMs = FETCHED_MS) =>
  statements.flatMap(({ spots = [] }) =>
    spots.map(({ spot, ...one }) => [spot, one.fromMs - fromMs, one.toMs - fromMs]),
  )

/** A playlist of segments of six seconds, with tags between them, which begins at the instant. */
function playlist(sequence: number, ...parts: (string | 'segment')[]): string {
  const head = ['#EXTM3U', '#EXT-X-TARGETDURATION:6', `#EXT-X-MEDIA-SEQUENCE:${sequence}`]
  const at = new Date(FETCHED_MS + sequence * 6_000).toISOString()
  const body = parts.map((part, index) => (part === 'segment' ? `#EXTINF:6,\n${index}.ts` : part))
  return [...head, `#EXT-X-PROGRAM-DATE-TIME:${at}`, ...body].join('\n')
}

test.each([
  ['SCTE-35_01.m3u8', [[-31_016, -16_016]], ['7 hls_no_date']],
  ['SCTE-35_02.m3u8', [[-31_008, -8_008]], ['7 hls_no_date']],
  ['SCTE-35_03.m3u8', [[-31_016, -16_016]], ['7 hls_no_date']],
  ['SCTE-35_04.m3u8', [[-31_016, -16_016]], ['7 hls_no_date']],
  ['SCTE-35_05.m3u8', [[-31_016, -16_016]], ['7 hls_no_date', '7 scte35_text', '12 scte35_text']],
  [
    'SCTE-35_06.m3u8',
    [
      [-62_016, -39_016],
      [-31_008, -8_008],
    ],
    ['7 hls_no_date'],
  ],
  ['8.11-EXT-X-CUE-OUT-Media-Playlist.m3u8', [[-12_012, 2_988]], ['6 hls_no_date']],
])('%s has its breaks; without a date, its end is the time of fetching', (name, breaks, told) => {
  const { take, told: said } = reader()
  expect([breaksOf(take(sample(name))), said()]).toEqual([breaks, told])
})

test('ranges have their own dates, and lengths where a message is cut', () => {
  const { take, told } = reader()
  const statements = take(sample('8.10-EXT-X-DATERANGE-carrying-SCTE-35-tags.m3u8'), FETCHED_2014_MS)
  expect(breaksOf(statements, Date.UTC(2014, 2, 5, 11, 15))).toEqual([[0, 59_993]])
  // The specification's example has 49 bytes, and says 50.
  expect(told()).toEqual(['14 scte35_truncated'])
})

test('a range nine years from its place in the playlist is told, and not believed', () => {
  const { take, told } = reader()
  expect(take(sample('SCTE-35_07.m3u8'), FETCHED_2014_MS)).toEqual([])
  expect(told()).toEqual(['14 hls_date', '14 tv_future', '19 tv_future'])
})

test('all samples are read without an error', () => {
  const names = readdirSync(DATA)
  expect(names).toHaveLength(9)
  for (const name of names) reader().take(sample(name))
})

test('each break is told once, however often the playlist is read, and its end as it comes', () => {
  const { take } = reader()
  const before = playlist(10, 'segment', '#EXT-X-CUE-OUT:30', 'segment', 'segment')
  expect(breaksOf(take(before))).toEqual([[66_000, 96_000]])
  expect(take(before)).toEqual([])
  // The break's start has left the playlist, and it ends after 18 s.
  const after = playlist(12, '#EXT-X-CUE-OUT-CONT:6/30', 'segment', 'segment', '#EXT-X-CUE-IN', 'segment')
  const [correction, ...others] = take(after)
  expect([correction?.range, breaksOf([correction as Statement]), others]).toEqual([
    { fromMs: FETCHED_MS + 66_000, toMs: FETCHED_MS + 96_000 },
    [[66_000, 84_000]],
    [],
  ])
  expect(take(after)).toEqual([])
})

test('a break that has begun before the playlist does is known by what has passed of it', () => {
  const { take } = reader()
  const text = playlist(10, '#EXT-X-CUE-OUT-CONT:ElapsedTime=8.5,Duration=30,SCTE35=/DA0AAAA+…AAg==', 'segment')
  expect(breaksOf(take(text))).toEqual([[51_500, 81_500]])
})

test('a packager that begins anew is heard anew', () => {
  const { take } = reader()
  take(playlist(10, '#EXT-X-CUE-OUT:30', 'segment', '#EXT-X-CUE-IN', 'segment'))
  expect(breaksOf(take(playlist(0, '#EXT-X-CUE-OUT:30', 'segment')))).toEqual([[0, 30_000]])
})

test('messages tell of commercials, and of breaks where the playlist has no marks of its own', () => {
  const spot = segment(1, { typeId: 0x30, durationMs: 20_000, upid: 'HDCM10648' })
  const message = base64(timeSignal(segment(2, { typeId: 0x34, durationMs: 40_000 }), spot))
  const alone = reader().take(playlist(0, 'segment', `#EXT-X-SPLICEPOINT-SCTE35:${message}`, 'segment'))
  expect([breaksOf(alone), spotsOf(alone)]).toEqual([[[6_000, 46_000]], [['HDCM10648', 6_000, 26_000]]])
  const tags = [`#EXT-OATCLS-SCTE35:${message}`, '#EXT-X-ASSET:CAID=0x20FB6501', '#EXT-X-CUE-OUT:39']
  const both = reader().take(playlist(0, 'segment', ...tags, 'segment'))
  expect([breaksOf(both), spotsOf(both)]).toEqual([[[6_000, 45_000]], [['HDCM10648', 6_000, 26_000]]])
})

test('a range with a command is as its message says; a range that is closed by another mark ends there', () => {
  const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
  const start = new Date(FETCHED_MS + 6_000).toISOString()
  const range = `#EXT-X-DATERANGE:ID="a",START-DATE="${start}"`
  const { take } = reader()
  const out = hex(spliceInsert(5, { isOut: true }))
  expect(take(playlist(0, 'segment', `${range},SCTE35-OUT=${out}`, 'segment'))).toEqual([])
  const closed = take(playlist(0, 'segment', `#EXT-X-DATERANGE:ID="a",DURATION=12.5,SCTE35-IN=${out}`, 'segment'))
  expect(breaksOf(closed)).toEqual([[6_000, 18_500]])
  const command = hex(spliceInsert(6, { isOut: true, durationMs: 15_000 }))
  const commanded = reader().take(playlist(0, 'segment', `${range},SCTE35-CMD=${command}`, 'segment'))
  expect(breaksOf(commanded)).toEqual([[6_000, 21_000]])
})

test('dates are taken from the last one before a mark, and counted back where the first comes behind it', () => {
  const date = (ms: number): string => `#EXT-X-PROGRAM-DATE-TIME:${new Date(FETCHED_MS + ms).toISOString()}`
  const text = `#EXTM3U\n#EXTINF:6,\n1\n#EXT-X-CUE-OUT:10\n#EXTINF:6,\n2\n#EXT-X-CUE-IN\n${date(100_000)}\n#EXTINF:6,\n3
#EXT-X-DISCONTINUITY\n${date(200_000)}\n#EXTINF:6,\n4\n#EXT-X-CUE-OUT:20\n#EXTINF:6,\n5`
  expect(breaksOf(reader().take(text))).toEqual([
    [94_000, 104_000],
    [94_000, 100_000],
    [206_000, 226_000],
  ])
})

test.each([
  ['#EXT-X-PROGRAM-DATE-TIME:2026-10-01T00:00:00', 'hls_attribute'],
  ['#EXTINF:long,', 'hls_attribute'],
])('%s is told', (tag, code) => {
  const { take, told } = reader()
  take(`#EXTM3U\n${tag}\n1.ts`)
  expect(told()).toEqual([`2 ${code}`])
})

test('a break that is open at the end of a playlist is told', () => {
  const { take, told } = reader()
  expect(take(playlist(0, 'segment', '#EXT-X-CUE-OUT', 'segment', '#EXT-X-ENDLIST'))).toEqual([])
  expect(told()).toEqual(['undefined scte35_no_duration', '7 hls_open_break'])
})

test.each(['', '\n\n', '<html>', '#EXTINF:1,\n#EXTM3U'])('%j is no playlist', (text) => {
  expect(() => reader().take(text)).toThrow(expect.objectContaining({ code: 'hls_syntax' }) as Error)
})

test('any lines are read, or refused with a code', () => {
  const tag = fc.constantFrom(
    ...[
      '#EXTINF:',
      '#EXT-X-DATERANGE:ID="a",',
      '#EXT-X-CUE-OUT:',
      '#EXT-X-CUE-OUT-CONT:',
      '#EXT-X-CUE-IN',
      '#EXT-X-CUE:',
    ],
    ...['#EXT-OATCLS-SCTE35:', '#EXT-X-SCTE35:CUE=', '#EXT-X-PROGRAM-DATE-TIME:', '#EXT-X-MEDIA-SEQUENCE:', 'a.ts', ''],
  )
  const value = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toJSON()),
  )
  const lines = fc.array(fc.tuple(tag, value).map((both) => both.join('')))
  fc.assert(
    fc.property(lines, (some) => {
      try {
        reader().take(['#EXTM3U', ...some].join('\n'))
      } catch (error) {
        expect(error).toBeInstanceOf(TvInputError)
      }
    }),
    { numRuns: 1_000 },
  )
})
