import { readdirSync, readFileSync } from 'node:fs'
import type { Statement } from 'prepaint/engine'
import { tvContentFlaw } from '../../../server/src/ingest/statement-schema.ts'
import { parseLogMap } from '../../../server/src/tv/csv/log-map.ts'
import { readLog } from '../../../server/src/tv/csv/read-log.ts'
import { decodeText } from '../../../server/src/tv/decode.ts'
import { TV_FINDINGS, type TvFinding, TvInputError } from '../../../server/src/tv/finding.ts'
import { createPlaylistReader } from '../../../server/src/tv/hls/playlist-reader.ts'
import { readMessageBytes, readMessageLines } from '../../../server/src/tv/scte35/read-messages.ts'
import { readXmltv } from '../../../server/src/tv/xmltv/read-xmltv.ts'
import { bytesOf, promise, type Target, textOf } from '../target.ts'

const nowMs = Date.UTC(2026, 10, 28)
const feeds = [
  { name: 'one', zone: 'Europe/London', xmltv: ['one.uk'] },
  { name: 'plus', zone: 'Europe/London', xmltv: ['plus.uk'], of: 'one' },
]

/** Reads an input that comes in pieces. */
type Read = (chunks: AsyncIterable<Buffer>, onFinding: (finding: TvFinding) => void) => AsyncIterable<Statement>

const LONGEST_PIECE = 61

async function* piecesOf(input: Uint8Array, most: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < input.length; at += most)
    yield await Promise.resolve(Buffer.from(input.subarray(at, at + most)))
}

/**
 * Returns all that a reader says of an input: the service takes it, and the last word may be an error of the input. Of bytes that are not of the encoding, the
 * piece that has them is left out: then it returns undefined.
 */
async function saidOf(read: Read, chunks: AsyncIterable<Buffer>): Promise<string | undefined> {
  const findings: TvFinding[] = []
  const statements: Statement[] = []
  try {
    for await (const statement of read(chunks, (finding) => findings.push(finding))) statements.push(statement)
  } catch (error) {
    if (!(error instanceof TvInputError)) throw error
    if (error.code === 'tv_encoding') return undefined
    // Of several mistakes in one piece another may be found first.
    findings.push({ code: error.code, message: '' })
  }
  for (const { code } of findings) promise(Object.hasOwn(TV_FINDINGS, code), `the finding ${code} has no meaning`)
  for (const statement of statements) {
    const flaw = tvContentFlaw({ statements: [statement] })
    promise(flaw === undefined, `the service would refuse what was read: ${flaw} in ${JSON.stringify(statement)}`)
  }
  // Those of the document's form come before those of what is in it, as far as a piece goes.
  return JSON.stringify([statements, findings.map((finding) => JSON.stringify(finding)).sort()])
}

/** Whatever an input is, its statements are such as the service takes, and the pieces in which it comes change nothing. */
function readerTarget(name: string, read: Read, seeds: readonly Uint8Array[], words: readonly string[]): Target {
  return {
    name,
    seeds,
    words,
    async run(input) {
      const whole = await saidOf(read, piecesOf(input, Math.max(1, input.length)))
      const inPieces = await saidOf(read, piecesOf(input, 1 + (input.length % LONGEST_PIECE)))
      if (whole === undefined || inPieces === undefined) return
      promise(whole === inPieces, `pieces change what is read: ${whole.slice(0, 500)}\nbut ${inPieces.slice(0, 500)}`)
    },
  }
}

const sample = (name: string): string => readFileSync(new URL(`../../data/tv/${name}`, import.meta.url), 'utf8')

/** Head and first programmes of the real listing. */
function shortListing(): string {
  const text = readFileSync(new URL('../../../lab/tv/data/uk-2015-11-xmltv-facts.xml', import.meta.url), 'utf8')
  const end = text.indexOf('</programme>', text.indexOf('<programme') + 4_000)
  return `${text.slice(0, end)}</programme></tv>`.replaceAll('UK_RT_2667', 'one.uk').replaceAll('201511', '202611')
}

const listing = `<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE tv SYSTEM "xmltv.dtd"><tv>
<channel id="one.uk"><display-name>One +1</display-name></channel>
<programme start="20261128200000" channel="one.uk"><title>Late</title><category>News</category></programme>
<programme start="20261128210000 BST" stop="20261128220000 +0100" channel="one.uk"><title>A &amp; B</title></programme></tv>`

/** XMLTV. */
export const createXmltvTarget = (): Target =>
  readerTarget(
    'tv-xmltv',
    (chunks, onFinding) => readXmltv(decodeText(chunks), { feeds, nowMs, onFinding }),
    [bytesOf(shortListing()), bytesOf(listing)],
    [
      '<programme ',
      '</programme>',
      '<title>',
      ' stop="',
      '20261128',
      '+0100',
      '<![CDATA[',
      '<!DOCTYPE tv [',
      '&#x0;',
      '<!ENTITY a "b">',
    ],
  )

const log = `feed,date,time,spot,duration,area,status
one,2026-11-28,20:17:00,HDCM10648,30,s/US-CA,aired
one.uk,2026-11-28,25:10:00:12,"A ""quoted"", one",00:00:30,,cancelled
one,2026-10-25,01:30,B,1:30,c/GB dma/501,
`

/** CSV logs. */
export const createCsvTarget = (): Target =>
  readerTarget(
    'tv-csv',
    (chunks, onFinding) => readLog(chunks, { feeds, source: 'as-run', nowMs, onFinding }),
    [bytesOf(log), bytesOf('feed;timestamp;spot\none;2026-11-28T20:17:00Z;A\n')],
    ['timestamp', 'feed', ';', '\t', '"', '29:59:59', '24:60', '2026-02-30', '1e9', '-1', 'NaN', 'c/GB'],
  )

/** Maps of a log's columns, with a log that is read by them. */
export const createLogMapTarget = (): Target => {
  const map = `columns: { Sender: feed, Datum: date, Zeit: time, Motiv: spot, Länge: duration, Stand: status }
constants: { brand: flora }
delimiter: ';'
dates: dmy
cancelled: [Entfallen]
`
  const rows = 'Sender;Datum;Zeit;Motiv;Länge;Stand\none;28/11/2026;20:17:00;A;30;Entfallen\n'
  return {
    name: 'tv-map',
    seeds: [bytesOf(map), bytesOf('{"columns":{"Sender":"feed","Zeit":"timestamp","Motiv":"spot"}}')],
    words: [
      'columns',
      'constants',
      'delimiter',
      'dates',
      'cancelled',
      'timestamp',
      'spot',
      '&a',
      '*a',
      '!!js',
      '? ',
      '|',
    ],
    async run(input) {
      let read: Read
      try {
        const known = parseLogMap(textOf(input))
        read = (chunks, onFinding) => readLog(chunks, { feeds, source: 'schedule', map: known, nowMs, onFinding })
      } catch (error) {
        if (error instanceof TvInputError) return
        throw error
      }
      await saidOf(read, piecesOf(bytesOf(rows), rows.length))
    },
  }
}

const messages = sample('scte35-base64.txt').trim().split('\n')

/** SCTE-35 in binary. */
export const createSpliceTarget = (): Target =>
  readerTarget(
    'tv-scte35',
    (chunks, onFinding) => readMessageBytes(chunks, { feed: 'one', atMs: nowMs, nowMs, onFinding }),
    messages.map((message) => Buffer.from(message, 'base64')),
    ['CUEI', '\xfc\x30', '\x00\x00\x00', '\xff\xff\xff\xff', '\x02\x20'],
  )

/** SCTE-35 as text. */
export const createSpliceTextTarget = (): Target =>
  readerTarget(
    'tv-scte35-text',
    (chunks, onFinding) => readMessageLines(chunks, { feed: 'one', nowMs, onFinding }),
    messages.map((message, index) => bytesOf(`2026-11-28T20:${String(index).padStart(2, '0')}:00Z ${message}\n`)),
    ['/DA', '0xFC30', ' ', '\n', '2026-11-28T20:00:00Z', '=='],
  )

const playlists = new URL('../../data/tv/hls/', import.meta.url)

/** HLS playlists, read again and again as one that is followed. */
export const createPlaylistTarget = (): Target => ({
  name: 'tv-hls',
  seeds: readdirSync(playlists).map((name) => readFileSync(new URL(name, playlists))),
  words: [
    ...['#EXT-X-DATERANGE:ID="', 'START-DATE="', 'DURATION=', 'SCTE35-OUT=0xFC', '#EXT-X-CUE-OUT:', '#EXT-X-CUE-IN'],
    ...['#EXTINF:', '#EXT-X-MEDIA-SEQUENCE:', '#EXT-X-PROGRAM-DATE-TIME:', '#EXT-X-DISCONTINUITY', '1e300', '-1'],
  ],
  async run(input) {
    const findings: TvFinding[] = []
    const { take } = createPlaylistReader({ feed: 'one', onFinding: (finding) => findings.push(finding) })
    for (const atMs of [nowMs, nowMs + 6_000])
      await saidOf(
        async function* () {
          yield* await Promise.resolve(take(textOf(input), atMs).statements)
        },
        piecesOf(input, input.length),
      )
  },
})
