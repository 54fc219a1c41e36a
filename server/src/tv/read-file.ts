import type { Statement } from 'prepaint/engine'
import { START } from '../transfer/row.ts'
import { openSource } from '../transfer/source-file.ts'
import type { LogMap } from './csv/log-map.ts'
import { readLog } from './csv/read-log.ts'
import { decodeText } from './decode.ts'
import type { TvFeed } from './feed.ts'
import { type OnTvFinding, TvInputError } from './finding.ts'
import { FORMAT_BYTES, type TvFormat, tvFormatOf } from './format.ts'
import { createPlaylistReader } from './hls/playlist-reader.ts'
import type { Span } from './pieces.ts'
import { readMessageBytes, readMessageLines } from './scte35/read-messages.ts'
import { readXmltv } from './xmltv/read-xmltv.ts'

/** Longest playlist, in characters. */
const MAX_PLAYLIST = 4_194_304

/** Dependencies of reading a file of airing data. */
export interface TvFileOptions {
  feeds: readonly TvFeed[]
  /** Zone of feeds that are not among them, if they are to be read all the same. */
  anyZone?: string
  /** Feed of playlists and messages, which do not name it. */
  feed?: string
  /** Time of playlists and messages that say none. */
  atMs?: number
  /** Of a log. */
  map?: LogMap
  source: 'as-run' | 'schedule'
  range?: Span
  encoding?: string
  nowMs: number
  onFinding: OnTvFinding
}

/** A file of airing data. */
export interface TvFile {
  format: TvFormat
  /** Its statements; throws TvInputError where it cannot be read any further. */
  statements(options: TvFileOptions): AsyncGenerator<Statement>
  /** Share of it that has been read, 0 to 1. */
  share(): number
}

async function* readPlaylistFile(chunks: AsyncIterable<Buffer>, options: TvFileOptions): AsyncGenerator<Statement> {
  const { feed = '', atMs, nowMs, onFinding, encoding } = options
  let text = ''
  for await (const part of decodeText(chunks, encoding)) {
    text += part
    if (text.length > MAX_PLAYLIST) throw new TvInputError('hls_syntax', `has more than ${MAX_PLAYLIST} characters`)
  }
  yield* createPlaylistReader({ feed, onFinding }).take(text, atMs ?? nowMs).statements
}

/** Opens a file, compressed or not, and finds its format. */
export async function openTvFile(path: string): Promise<TvFile> {
  const source = await openSource(path, /\.gz$/i.test(path))
  let head: Buffer = Buffer.alloc(0)
  for await (const chunk of source.chunks(START)) {
    head = Buffer.concat([head, chunk])
    if (head.length >= FORMAT_BYTES) break
  }
  const format = tvFormatOf(head.subarray(0, FORMAT_BYTES))

  return {
    format,
    statements(options) {
      const { encoding, feed = '', ...others } = options
      const chunks = source.chunks(START)
      if (format === 'xmltv') return readXmltv(decodeText(chunks, encoding), others)
      if (format === 'hls') return readPlaylistFile(chunks, options)
      if (format === 'csv') return readLog(chunks, options)
      return format === 'scte35'
        ? readMessageBytes(chunks, { ...others, feed })
        : readMessageLines(chunks, { ...others, feed })
    },
    share: () => Math.min(1, source.readBytes() / Math.max(1, source.sizeBytes)),
  }
}
