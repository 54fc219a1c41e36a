import type { Statement } from 'prepaint/engine'
import { readLines } from '../../transfer/read-lines.ts'
import { type OnTvFinding, type TvFindingCode, TvInputError } from '../finding.ts'
import { dateOf } from '../hls/attributes.ts'
import { flawOf } from '../plausible.ts'
import { createCueReader, type CueReader } from './cues.ts'
import { bytesOfText } from './from-text.ts'
import { readSpliceInfo } from './splice-info.ts'

/** Most bytes of one message, with what stuffs its packets. */
const MAX_MESSAGE_BYTES = 65_536

/** Dependencies of reading messages. */
export interface MessageOptions {
  feed: string
  /** Time at which messages apply that do not say it; absent: they are read, and say nothing. */
  atMs?: number
  nowMs: number
  onFinding: OnTvFinding
}

/** Makes what reads one message after the other. */
function createMessages({ feed, atMs, nowMs, onFinding }: MessageOptions) {
  const cues: CueReader = createCueReader({ feed, onFinding })
  let isTold = false

  function timeOf(said: string | undefined, line: number): number | undefined {
    const ms = said === undefined ? atMs : dateOf(said)
    const tell = (code: TvFindingCode, message: string): void => onFinding({ code, feed, line, message })
    if (said !== undefined && ms === undefined) tell('tv_time', `has the time ${said.slice(0, 40)}, which is none`)
    else if (ms === undefined && !isTold) {
      isTold = true
      tell('scte35_no_time', 'has no time before it, and none was given: its messages are read, and say nothing')
    }
    const flaw = ms === undefined ? undefined : flawOf({ fromMs: ms, toMs: ms + 1 }, nowMs)
    if (flaw) tell(flaw.code, flaw.message)
    return flaw ? undefined : ms
  }

  return (bytes: Uint8Array, line: number, time?: string): Statement[] => {
    const info = readSpliceInfo(bytes)
    const ms = timeOf(time, line)
    // Also without a time, its checksum is looked at.
    const statements = cues.take(info, ms ?? 0, line)
    return ms === undefined ? [] : statements
  }
}

/** Reads messages of a feed, one a line, each behind the time at which it applies (ISO 8601) or without one. */
export async function* readMessageLines(
  chunks: AsyncIterable<Buffer>,
  options: MessageOptions,
): AsyncGenerator<Statement> {
  const { feed, onFinding } = options
  const read = createMessages(options)
  for await (const { line, content, problem } of readLines(chunks)) {
    if (content === undefined) {
      onFinding({ code: 'tv_encoding', feed, line, message: problem ?? 'cannot be read' })
      continue
    }
    const [last = '', time, ...others] = content.trim().split(/\s+/).reverse()
    if (last === '' || content.startsWith('#')) continue
    try {
      if (others.length > 0) throw new TvInputError('scte35_text', 'has more than a time and a message')
      yield* read(bytesOfText(last), line, time)
    } catch (error) {
      if (!(error instanceof TvInputError)) throw error
      onFinding({ code: error.code, feed, line, message: error.message })
    }
  }
}

/**
 * Reads a message of a feed as bytes.
 * @throws TvInputError
 */
export async function* readMessageBytes(
  chunks: AsyncIterable<Buffer>,
  options: MessageOptions,
): AsyncGenerator<Statement> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of chunks) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_MESSAGE_BYTES)
      throw new TvInputError('scte35_table', `has more than ${MAX_MESSAGE_BYTES} bytes`)
    parts.push(chunk)
  }
  yield* createMessages(options)(Buffer.concat(parts), 1)
}
