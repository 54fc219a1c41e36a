import { crc32Mpeg2 } from '../../src/tv/scte35/crc.ts'

const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff]
const u32 = (value: number): number[] => [...u16(Math.floor(value / 0x10000)), ...u16(value % 0x10000)]

/** A message of a command and descriptors, with its checksum. */
export function spliceInfo(type: number, command: number[], descriptors: number[] = []): Uint8Array {
  const body = [0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0 | (command.length >> 8), command.length & 0xff, type, ...command]
  const content = [...body, ...u16(descriptors.length), ...descriptors]
  const section = [0xfc, ...u16(0x3000 | (content.length + 4)), ...content]
  return Uint8Array.from([...section, ...u32(crc32Mpeg2(Uint8Array.from(section)))])
}

/** A splice_insert. */
export function spliceInsert(
  eventId: number,
  { isOut, durationMs }: { isOut: boolean; durationMs?: number },
): Uint8Array {
  const duration = durationMs === undefined ? [] : [0xfe, ...u32(durationMs * 90)]
  const flags = (isOut ? 0x80 : 0) | 0x40 | (durationMs === undefined ? 0 : 0x20) | 0x10 | 0x0f
  return spliceInfo(0x05, [...u32(eventId), 0x7f, flags, ...duration, 0, 1, 0, 0])
}

/** Cancels a splice_insert. */
export function spliceCancel(eventId: number): Uint8Array {
  return spliceInfo(0x05, [...u32(eventId), 0xff])
}

/** A segmentation_descriptor. */
export interface SegmentOptions {
  typeId: number
  durationMs?: number
  upidType?: number
  upid?: string
}

/** A segmentation_descriptor, to be put into a time_signal. */
export function segment(eventId: number, { typeId, durationMs, upidType = 1, upid = '' }: SegmentOptions): number[] {
  const duration = durationMs === undefined ? [] : [0, ...u32(durationMs * 90)]
  const flags = 0x80 | 0x3f | (durationMs === undefined ? 0 : 0x40)
  const ids = [...Buffer.from(upid)]
  const content = [...u32(eventId), 0x7f, flags, ...duration, upidType, ids.length, ...ids, typeId, 0, 0]
  return [0x02, content.length + 4, ...u32(0x43554549), ...content]
}

/** A time_signal with segments. */
export function timeSignal(...segments: number[][]): Uint8Array {
  return spliceInfo(0x06, [0xff, 0, 0, 0, 0], segments.flat())
}
