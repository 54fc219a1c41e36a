import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib'
import { HttpError } from './errors.ts'

/** Compression of a body. */
type Coding = 'gzip' | 'deflate' | 'br'

/** Codings of one body: nobody needs two. */
const MAX_CODINGS = 2

/** Bodies that are inflated at the same time: the threads are those that read and write files, too. */
const MAX_AT_ONCE = 2

/** The names by which clients call them (RFC 9110, 8.4.1). */
const codings: { readonly [name: string]: Coding } = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br' }

/**
 * Reads `Content-Encoding`, in the order in which codings were applied.
 * @throws HttpError for a coding that nobody knows.
 */
export function readCodings(header: string | undefined): readonly Coding[] {
  if (header === undefined || header === '') return []
  if (header.length > 100) throw new HttpError('encoding_unsupported')
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  return names.slice(0, MAX_CODINGS + 1).map((name, index) => {
    const coding = Object.hasOwn(codings, name) ? codings[name] : undefined
    if (coding === undefined || index >= MAX_CODINGS) throw new HttpError('encoding_unsupported')
    return coding
  })
}

/** `deflate` is zlib's format (RFC 1950); some clients send the bare one (RFC 1951), which browsers take, too. */
function isZlib([first = 0, second = 0]: Buffer): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}

type Decoder = (
  body: Buffer,
  options: ZlibOptions,
  done: (error: NodeJS.ErrnoException | null, result: Buffer) => void,
) => void

function decoderOf(coding: Coding, body: Buffer): Decoder {
  if (coding === 'gzip') return gunzip
  if (coding === 'br') return brotliDecompress
  return isZlib(body) ? inflate : inflateRaw
}

function decode(coding: Coding, body: Buffer, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Ends with the first piece beyond the limit, on threads of its own: a bomb never unfolds, and no decision waits.
    decoderOf(coding, body)(body, { maxOutputLength: limitBytes }, (error, result) => {
      if (!error) return resolve(result)
      if (error.code === 'ERR_BUFFER_TOO_LARGE') return reject(new HttpError('body_too_large'))
      reject(
        new HttpError('body_invalid', `the body is no ${coding}, which its Content-Encoding says`, { cause: error }),
      )
    })
  })
}

/**
 * Inflates a body.
 * @throws HttpError for one that is larger than `limitBytes` then, or is not what its header says.
 */
export type Inflate = (body: Buffer, applied: readonly Coding[], limitBytes: number) => Promise<Buffer>

/** Makes what inflates bodies, a few at a time, the others in their order. */
export function createInflater(): Inflate {
  const waiting: (() => void)[] = []
  let atOnce = 0
  return async (body, applied, limitBytes) => {
    if (atOnce >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else atOnce++
    try {
      let plain = body
      for (const coding of applied.toReversed()) plain = await decode(coding, plain, limitBytes)
      return plain
    } finally {
      const next = waiting.shift()
      if (next) next()
      else atOnce--
    }
  }
}
