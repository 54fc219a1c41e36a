import type { ByteReader } from './byte-reader.ts'

/** An id that a segment is known by (SCTE 35, 10.3.3.1). */
export interface Upid {
  type: number
  /** As text if all of it is printable, else as hexadecimal digits. */
  text: string
}

/** Several ids in one. */
const MID = 0x0d

/** Ids within each other: MID holds ids, and no other MID. */
const MAX_IDS = 32

/** Types of ids that are texts; all others are numbers. MPU (0x0c) holds whatever its user likes, which is a house number mostly. */
const TEXTS = new Set([0x01, 0x02, 0x03, 0x07, 0x09, 0x0c, 0x0e, 0x0f])

function textOf({ bytes, at, end }: ByteReader, isText: boolean): string {
  let text = ''
  for (let index = at; isText && index < end; index++) {
    const code = bytes[index] as number
    if (code < 0x20 || code > 0x7e) isText = false
    else text += String.fromCharCode(code)
  }
  return isText ? text.trim() : Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('hex')
}

/** Reads the ids of a segment: none, one or several. */
export function readUpids(type: number, reader: ByteReader): Upid[] {
  if (type !== MID) return reader.left === 0 ? [] : [{ type, text: textOf(reader, TEXTS.has(type)) }]
  const upids: Upid[] = []
  while (reader.left >= 2 && upids.length < MAX_IDS) {
    const inner = reader.u8()
    const part = reader.part(reader.u8())
    if (inner !== MID && part.left > 0) upids.push({ type: inner, text: textOf(part, TEXTS.has(inner)) })
  }
  return upids
}

/** Types that name a commercial, the best first: Ad-ID, ISCI, a house number of the user's own or of ADI, TI, and what else there is. */
const OF_SPOTS = [0x03, 0x02, 0x01, 0x09, 0x08, 0x07, 0x0a, 0x0f, 0x0c]

/** Returns the id that a commercial is best known by. */
export function spotIdOf(upids: readonly Upid[]): string | undefined {
  for (const type of OF_SPOTS) {
    const found = upids.find((upid) => upid.type === type && upid.text !== '')
    if (found) return found.text
  }
  return undefined
}
