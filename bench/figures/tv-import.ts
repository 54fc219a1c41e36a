import { readFileSync } from 'node:fs'
import { quantile } from '../../lab/statistics.ts'
import { bytesOfText } from '../../server/src/tv/scte35/from-text.ts'
import { readSpliceInfo } from '../../server/src/tv/scte35/splice-info.ts'
import { readXmltv } from '../../server/src/tv/xmltv/read-xmltv.ts'
import type { Measurement } from '../figure.ts'

const LISTING = new URL('../../lab/tv/data/uk-2015-11-xmltv-facts.xml', import.meta.url)
const MESSAGES = new URL('../../test/data/tv/scte35-base64.txt', import.meta.url)

const NOW_MS = Date.UTC(2015, 10, 27)
const DAYS = 13
const DAY_MS = 86_400_000

/** Size of the original listing, of which the file has the facts alone. */
const LISTING_CHARS = 1_600_000
const CHUNK_CHARS = 65_536
const LISTING_RUNS = 15

const CHANNELS = ['UK_RT_2667', 'UK_RT_105', 'UK_RT_2118', 'UK_RT_2056', 'UK_RT_134']
const feeds = CHANNELS.map((id) => ({ name: id, zone: 'Europe/London', xmltv: [id] }))

const MESSAGE_RUNS = 2_000

/** A time of XMLTV, so many days later. */
function later(stamp: string, days: number): string {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
  return new Date(Date.parse(iso) + days * DAY_MS).toISOString().replace(/\D/g, '').slice(0, 14)
}

/** The listing, and its programmes again on other days, until it is as long as its original. */
function longListing(): string {
  const text = readFileSync(LISTING, 'utf8')
  const end = text.lastIndexOf('</tv>')
  const programmes = text.slice(text.indexOf('<programme'), end)
  let whole = text.slice(0, end)
  for (let days = DAYS; whole.length < LISTING_CHARS; days += DAYS)
    whole += programmes.replace(/(?<==")\d{14}(?= )/g, (stamp) => later(stamp, days))
  // The last copy ends with a whole programme.
  const cut = whole.indexOf('</programme>', LISTING_CHARS)
  return `${cut < 0 ? whole : whole.slice(0, cut + '</programme>'.length)}</tv>`
}

async function* chunksOf(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += CHUNK_CHARS) yield await Promise.resolve(text.slice(at, at + CHUNK_CHARS))
}

/** Reads the listing; returns the time that it took, in ms. */
async function readListing(text: string): Promise<number> {
  let airings = 0
  const startMs = performance.now()
  for await (const statement of readXmltv(chunksOf(text), { feeds, nowMs: NOW_MS, onFinding: () => undefined }))
    airings += statement.airings?.length ?? 0
  const tookMs = performance.now() - startMs
  if (airings < 4_000) throw new Error(`the listing has ${airings} programmes`)
  return tookMs
}

/** Reads all messages again and again; returns the median time of one, in µs. */
function readMessages(): number {
  const messages = readFileSync(MESSAGES, 'utf8').trim().split('\n')
  const times: number[] = []
  for (let run = 0; run < MESSAGE_RUNS; run++) {
    const startMs = performance.now()
    for (const message of messages) readSpliceInfo(bytesOfText(message))
    times.push(((performance.now() - startMs) * 1_000) / messages.length)
  }
  return quantile(times.slice(MESSAGE_RUNS / 2), 0.5)
}

/** Reading airing data: a listing of two weeks and more, and the messages in a broadcast. */
export const tvImport: Measurement = {
  title: `an XMLTV listing of ${LISTING_CHARS / 1_000_000} MB and SCTE-35 messages from base64, in process`,
  families: ['tv.xmltvMs', 'tv.scte35Us'],
  async measure() {
    const text = longListing()
    const times: number[] = []
    for (let run = 0; run < LISTING_RUNS; run++) times.push(await readListing(text))
    return [
      { name: 'tv.xmltvMs', value: quantile(times, 0.5), unit: 'ms', limit: 50 },
      { name: 'tv.scte35Us', value: readMessages(), unit: 'µs', limit: 5 },
    ]
  },
}
