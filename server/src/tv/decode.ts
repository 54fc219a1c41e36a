import { TextDecoder } from 'node:util'
import { TvInputError } from './finding.ts'

/** Bytes by which an encoding is recognised: an XML declaration fits into them. */
const HEAD_BYTES = 200

/** Marks of an encoding at a text's start (Unicode 16, 23.8), and the `<` of an XML document without one. */
const MARKS: readonly [bytes: number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0x3c, 0x00], 'utf-16le'],
  [[0x00, 0x3c], 'utf-16be'],
]

/** Returns the encoding that a text's start says; undefined if it says none. */
export function encodingOf(head: Buffer): string | undefined {
  const mark = MARKS.find(([bytes]) => bytes.every((byte, at) => head[at] === byte))
  if (mark) return mark[1]
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head.toString('latin1'))?.[1]
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    throw new TvInputError('tv_encoding', `is in ${encoding}, which is not known`)
  }
}

/** The first bytes together, and then the chunks as they come. */
async function* withHead(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head) head = Buffer.concat([head, chunk])
    else yield chunk
    if (head && head.length >= HEAD_BYTES) {
      yield head
      head = undefined
    }
  }
  if (head && head.length > 0) yield head
}

/**
 * Decodes a text: by what the caller says, else by what its start says, else as UTF-8.
 * @throws TvInputError for an encoding that is not known, and where bytes are not of it
 */
export async function* decodeText(chunks: AsyncIterable<Buffer>, encoding?: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder?.decode(chunk, { stream: chunk !== undefined }) ?? ''
    } catch {
      throw new TvInputError('tv_encoding', `has bytes that are not ${decoder?.encoding}: say its encoding`)
    }
  }
  for await (const chunk of withHead(chunks)) {
    decoder ??= decoderOf(encoding ?? encodingOf(chunk.subarray(0, HEAD_BYTES)) ?? 'utf-8')
    yield decode(chunk)
  }
  yield decode()
}

/**
 * Makes UTF-8 of a text in an encoding that the caller or its start says. Without either, the bytes stay as they are, so that each line is
 * judged by itself.
 */
export async function* toUtf8(chunks: AsyncIterable<Buffer>, encoding?: string): AsyncGenerator<Buffer> {
  let first: Buffer | undefined
  const iterator = withHead(chunks)[Symbol.asyncIterator]()
  const start = await iterator.next()
  if (start.done) return
  first = start.value
  const known = encoding ?? encodingOf(first.subarray(0, HEAD_BYTES))
  async function* all(): AsyncGenerator<Buffer> {
    if (first) yield first
    first = undefined
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  if (known === undefined) yield* all()
  else for await (const text of decodeText(all(), known)) yield Buffer.from(text)
}
