import { type Place, type Row, START } from './row.ts'

/** Longest line, in bytes; of a longer one nothing is kept. An event has 32,768 characters at most, and exports put much around it. */
export const MAX_LINE_BYTES = 1_048_576

const NEWLINE = 0x0a
const BYTE_ORDER_MARK = /^\uFEFF/

function contentOf(bytes: Buffer): Pick<Row<string>, 'content' | 'problem'> {
  if (bytes.includes(0)) return { problem: 'holds a NUL byte: the file is damaged, or is not UTF-8' }
  try {
    return { content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { problem: 'is not UTF-8' }
  }
}

function rowOf(bytes: Buffer, start: Place, lengthBytes: number, isWithin: boolean): Row<string> {
  const end = { offset: start.offset + lengthBytes, lines: start.lines + 1 }
  const row = { line: end.lines, end }
  if (!isWithin) return { ...row, text: '', problem: `is longer than ${MAX_LINE_BYTES} bytes` }
  const { content, problem } = contentOf(bytes)
  if (content === undefined) return { ...row, text: '', problem: problem as string }
  const withoutMark = start.offset === 0 ? content.replace(BYTE_ORDER_MARK, '') : content
  const text = withoutMark.replace(/\r$/, '')
  return { ...row, text, content: text }
}

/**
 * Reads lines, which end with LF or CR LF, beginning at a place that is the start of one. Memory is bounded by the longest line that
 * is taken and a chunk.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, from: Place = START): AsyncGenerator<Row<string>> {
  let start = from
  let parts: Buffer[] = []
  let heldBytes = 0
  const take = (part: Buffer): void => {
    heldBytes += part.length
    if (heldBytes <= MAX_LINE_BYTES) parts.push(part)
    else parts = []
  }
  const finish = (endBytes: number): Row<string> => {
    const row = rowOf(Buffer.concat(parts), start, heldBytes + endBytes, heldBytes <= MAX_LINE_BYTES)
    start = row.end
    parts = []
    heldBytes = 0
    return row
  }
  for await (const chunk of chunks) {
    let at = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      take(chunk.subarray(at, end))
      yield finish(1)
      at = end + 1
    }
    if (at < chunk.length) take(chunk.subarray(at))
  }
  if (heldBytes > 0) yield finish(0)
}
