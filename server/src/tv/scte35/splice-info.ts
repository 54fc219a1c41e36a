import { TvInputError } from '../finding.ts'
import { ByteReader } from './byte-reader.ts'
import { crc32Mpeg2 } from './crc.ts'
import { readSegmentations, type Segmentation } from './segmentation.ts'

/** The start or the end of time away from the network (SCTE 35, 9.7.3). */
export interface SpliceInsert {
  kind: 'insert'
  eventId: number
  isCancelled: boolean
  /** True: away from the network, into a break; false: back. */
  isOut: boolean
  durationMs?: number
  /** Time of presentation, in ticks of 90 kHz; absent: at once. */
  pts?: number
}

/** Command of a message. */
export type SpliceCommand =
  | { kind: 'null' }
  | SpliceInsert
  | { kind: 'time'; pts?: number }
  | { kind: 'private'; identifier: number }
  /** One that is not looked into: a schedule, a reservation, or whatever is encrypted. */
  | { kind: 'other'; type: number }

/** A splice_info_section. */
export interface SpliceInfo {
  isCrcValid: boolean
  isEncrypted: boolean
  /** Ticks that are added to each time of presentation. */
  ptsAdjustment: number
  command: SpliceCommand
  segmentations: Segmentation[]
}

const TABLE_ID = 0xfc
const TICKS_PER_MS = 90

/** A length that is not said, as the first edition had it. */
const NO_LENGTH = 0xfff

function readSpliceTime(reader: ByteReader): { pts?: number } {
  const flags = reader.u8()
  if ((flags & 0x80) === 0) return {}
  return { pts: (flags & 1) * 0x100000000 + reader.u32() }
}

function readInsert(reader: ByteReader): SpliceInsert {
  const eventId = reader.u32()
  const isCancelled = (reader.u8() & 0x80) !== 0
  if (isCancelled) return { kind: 'insert', eventId, isCancelled, isOut: false }
  const flags = reader.u8()
  const [isOut, isProgram, hasDuration, isImmediate] = [0x80, 0x40, 0x20, 0x10].map((bit) => (flags & bit) !== 0)
  let time: { pts?: number } = {}
  if (isProgram) time = isImmediate ? {} : readSpliceTime(reader)
  else {
    for (let count = reader.u8(); count > 0; count--) {
      reader.skip(1)
      if (!isImmediate) time = readSpliceTime(reader)
    }
  }
  const duration = hasDuration ? { durationMs: Math.round(reader.u33() / TICKS_PER_MS) } : {}
  // The programme's id and the place among its breaks.
  reader.skip(4)
  return { kind: 'insert', eventId, isCancelled, isOut: isOut === true, ...time, ...duration }
}

function readCommand(type: number, reader: ByteReader): SpliceCommand {
  if (type === 0x00) return { kind: 'null' }
  if (type === 0x05) return readInsert(reader)
  if (type === 0x06) return { kind: 'time', ...readSpliceTime(reader) }
  if (type === 0xff) return { kind: 'private', identifier: reader.u32() }
  return { kind: 'other', type }
}

/** Bytes of the section at the beginning, without what stuffs its packet. */
function sectionOf(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new TvInputError('scte35_truncated', 'is empty')
  if (bytes[0] !== TABLE_ID)
    throw new TvInputError(
      'scte35_table',
      `begins with 0x${(bytes[0] as number).toString(16)}, and a message with 0xfc`,
    )
  const reader = new ByteReader(bytes, 1)
  const end = 3 + (reader.u16() & 0xfff)
  if (end > bytes.length)
    throw new TvInputError('scte35_truncated', `says that it has ${end} bytes, and has ${bytes.length}`)
  return end
}

/**
 * Reads a message. A checksum that is wrong is told in it; nothing of such a message is to be believed.
 * @throws TvInputError for bytes that are none, or not all of one
 */
export function readSpliceInfo(bytes: Uint8Array): SpliceInfo {
  const end = sectionOf(bytes)
  const isCrcValid = crc32Mpeg2(bytes, end) === 0
  const reader = new ByteReader(bytes, 4, end - 4)
  const flags = reader.u8()
  const isEncrypted = flags >= 0x80
  const ptsAdjustment = (flags & 1) * 0x100000000 + reader.u32()
  // The control word's number, and the tier's first eight bits.
  reader.skip(2)
  const commandLength = reader.u16() & 0xfff
  const type = reader.u8()
  if (isEncrypted)
    return { isCrcValid, isEncrypted, ptsAdjustment, command: { kind: 'other', type }, segmentations: [] }
  const hasLength = commandLength !== NO_LENGTH
  const command = readCommand(type, hasLength ? reader.part(commandLength) : reader)
  // Without a length, the end of a command that is not looked into is not known.
  const isEndKnown = hasLength || /^(null|insert|time)$/.test(command.kind)
  const segmentations = isEndKnown ? readSegmentations(reader.part(reader.u16())) : []
  return { isCrcValid, isEncrypted, ptsAdjustment, command, segmentations }
}
