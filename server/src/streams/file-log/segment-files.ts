import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MARKER_BYTES } from './frame.ts'
import { encodeSegmentHeader } from './segment-header.ts'

/** A file with consecutive frames. */
export interface Segment {
  /** Offset of its first frame in the log; its file is named by it. */
  base: number
  path: string
  /** True for one of the first format, which has neither a header nor a marker; none is written any more. */
  isOld: boolean
}

/** The format is told by the name: what a file holds may be damaged. */
const NAME = /^(\d{20})\.(log|seg)$/

/** The segment that begins at `base`. */
export function segmentAt(directory: string, base: number, isOld = false): Segment {
  return { base, path: join(directory, `${String(base).padStart(20, '0')}.${isOld ? 'log' : 'seg'}`), isOld }
}

/** The segments in a directory, oldest first. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = await readdir(directory)
  return names
    .map((name) => NAME.exec(name))
    .filter((match) => match !== null)
    .map(([, digits, extension]) => segmentAt(directory, Number(digits), extension === 'log'))
    .sort((a, b) => a.base - b.base || Number(b.isOld) - Number(a.isOld))
}

/** Makes creations and deletions in a directory durable: syncing a file does not sync its name (fsync(2), NOTES). */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Opens a file as `fs.open` does. */
export type OpenFile = (path: string, flags: string, mode?: number) => Promise<FileHandle>

/** A segment that has just been made, and what its frames begin with. */
export interface NewSegment {
  file: FileHandle
  marker: Buffer
}

/** Makes a segment with a marker of its own; it is there for good with the file's next sync. */
export async function beginSegment(
  { base, path }: Segment,
  firstNumber: number,
  openFile: OpenFile = open,
): Promise<NewSegment> {
  const marker = randomBytes(MARKER_BYTES)
  const file = await openFile(path, 'wx', 0o600)
  try {
    await file.appendFile(encodeSegmentHeader({ marker, firstNumber }, base))
    await syncDirectory(dirname(path))
    return { file, marker }
  } catch (error) {
    await file.close().catch(() => undefined)
    throw error
  }
}

/** Makes a segment without records, which says where the log goes on. */
export async function createSegment(segment: Segment, firstNumber: number): Promise<void> {
  const { file } = await beginSegment(segment, firstNumber)
  await file.sync()
  await file.close()
}
