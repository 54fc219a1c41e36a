import { isUtf8 } from 'node:buffer'

/** A catalog file's text, or what is wrong with its encoding and where, both from 1. */
export type Decoded = { text: string } | { line: number; column: number; message: string }

/** Byte order marks of other encodings (Encoding Standard, 6 "BOM sniff"). */
const FOREIGN_MARKS: readonly [bytes: readonly number[], name: string][] = [
  [[0xff, 0xfe], 'UTF-16LE'],
  [[0xfe, 0xff], 'UTF-16BE'],
]

const REPLACEMENT = '\ufffd'

function foreignMark(bytes: Uint8Array): string | undefined {
  return FOREIGN_MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1]
}

function placeAt(text: string, end: number): { line: number; column: number } {
  const before = text.slice(0, end)
  return { line: before.split('\n').length, column: end - before.lastIndexOf('\n') }
}

/** Finds the first replacement character that decoding has put in and that does not stand in the bytes. */
function firstBroken(bytes: Uint8Array, text: string): { index: number; byte: number } {
  let byte = 0
  let from = 0
  for (;;) {
    const index = text.indexOf(REPLACEMENT, from)
    byte += Buffer.byteLength(text.slice(from, index))
    const isWritten = bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd
    if (!isWritten) return { index, byte }
    byte += 3
    from = index + 1
  }
}

/** Decodes UTF-8, with or without a byte order mark. Anything else is a mistake, and never text with holes. */
export function decodeCatalog(bytes: Uint8Array): Decoded {
  const mark = foreignMark(bytes)
  if (mark !== undefined) return { line: 1, column: 1, message: `is ${mark}: save it as UTF-8` }
  // A byte order mark is kept here, so that offsets in the text are offsets in the bytes.
  const marked = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const text = marked.replace(/^\ufeff/, '')
  if (!isUtf8(bytes)) {
    const { index, byte } = firstBroken(bytes, marked)
    const hex = (bytes[byte] as number).toString(16).padStart(2, '0')
    return {
      ...placeAt(text, index - (marked.length - text.length)),
      message: `byte 0x${hex} is no UTF-8: save the file as UTF-8`,
    }
  }
  const nul = text.indexOf('\0')
  return nul < 0
    ? { text }
    : { ...placeAt(text, nul), message: 'has a NUL character: is it UTF-16? Save the file as UTF-8' }
}
