import { openSegments, type SegmentsOptions } from '../../src/streams/file-log/segments.ts'
import type { EventLog, LogRecord } from '../../src/streams/log.ts'
import { temporaryDirectory } from './start-service.ts'

/** Bytes before the first frame of a segment. */
export const SEGMENT_BYTES = 80
/** Bytes before each payload. */
export const FRAME_BYTES = 36

/** Length of an entry of three letters; offsets count no segment's header. */
export const ENTRY = FRAME_BYTES + 3

/** The name of the first segment. */
export const FIRST = '00000000000000000000.seg'

/** The name of the segment that begins there. */
export function segmentName(offset: number): string {
  return `${String(offset).padStart(20, '0')}.seg`
}

/** Records with these payloads. */
export function bytes(...texts: string[]): LogRecord[] {
  return texts.map((text) => ({ kind: 1, events: 1, keyId: 0, payload: Buffer.from(text) }))
}

/** Reads the texts of a log from an offset on, with the offset of each entry. */
export async function entries(log: EventLog, offset = 0): Promise<[offset: number, text: string][]> {
  const found: [number, string][] = []
  for await (const entry of log.read(offset)) found.push([entry.offset, Buffer.from(entry.payload).toString()])
  return found
}

/** Reads the texts of a log from an offset on. */
export async function texts(log: EventLog, offset = 0): Promise<string[]> {
  return (await entries(log, offset)).map(([, text]) => text)
}

/** Opens a log over real files. */
export async function openLog(options: Partial<SegmentsOptions> = {}): Promise<{ log: EventLog; directory: string }> {
  const directory = options.directory ?? (await temporaryDirectory())
  return { log: await openSegments({ ...options, directory }), directory }
}
