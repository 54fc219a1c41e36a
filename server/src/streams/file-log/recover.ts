import { type FileHandle, open, rm } from 'node:fs/promises'
import type { OnDamage } from '../log.ts'
import { createFileWindow, type FileWindow } from './file-window.ts'
import { findMarker, type Found, readFrames } from './new-frames.ts'
import { readOldFrames } from './old-frames.ts'
import { createSegment, listSegments, type Segment, segmentAt, syncDirectory } from './segment-files.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment-header.ts'
import { moveAside, setAside } from './set-aside.ts'

/** A log as it was found. */
export interface Recovered {
  segments: Segment[]
  /** Offset of the next record. */
  end: number
  /** The running number of the next record. */
  nextNumber: number
}

/** The last segment, and what is sound of it. */
interface Last {
  segment: Segment
  header: SegmentHeader | undefined
  headerBytes: number
  fileBytes: number
  /** Behind its last frame; 0 when there is neither one nor a header. */
  soundBytes: number
  nextNumber: number
  /** True when whole frames may have been behind that. */
  losesWrites: boolean
}

function framesOf(
  window: FileWindow,
  fileBytes: number,
  { isOld }: Segment,
  header: SegmentHeader | undefined,
): AsyncIterable<Found[]> | Iterable<Found[]> {
  if (isOld) return readOldFrames(window, fileBytes, false)
  if (!header) return []
  return readFrames(window, { marker: header.marker, from: SEGMENT_HEADER_BYTES, end: fileBytes, maySearch: false })
}

/** Reads the last segment up to the first place that is no frame. */
async function examine(segment: Segment, file: FileHandle, onDamage: OnDamage): Promise<Last> {
  const { base, path, isOld } = segment
  const { size: fileBytes } = await file.stat()
  const window = createFileWindow(file, fileBytes)
  const header = isOld ? undefined : readSegmentHeader(await window.read(0, SEGMENT_HEADER_BYTES), base)
  const headerBytes = isOld ? 0 : SEGMENT_HEADER_BYTES
  let soundBytes = isOld || header ? headerBytes : 0
  let nextNumber = header?.firstNumber ?? 0
  for await (const found of framesOf(window, fileBytes, segment, header)) {
    for (const { position, sizeBytes, number = -1, record, isHealed } of found) {
      const from = base + soundBytes - headerBytes
      soundBytes = position + sizeBytes
      nextNumber = number + 1
      const to = base + (record ? position : soundBytes) - headerBytes
      if (from < to) onDamage(`the log is damaged from ${from} to ${to} (${path}): read on behind it`)
      if (isHealed) onDamage(`the log has one wrong bit behind ${to} (${path}): it costs nothing`)
    }
  }
  const losesWrites = header
    ? (await findMarker(window, soundBytes + 1, fileBytes, header.marker)) !== undefined
    : !isOld && fileBytes > headerBytes
  return { segment, header, headerBytes, fileBytes, soundBytes, nextNumber, losesWrites }
}

async function* bytesFrom(file: FileHandle, from: number, end: number): AsyncGenerator<Buffer> {
  const window = createFileWindow(file, end)
  for (let position = from; position < end;) {
    const bytes = await window.read(position, 65_536)
    if (bytes.length === 0) return
    yield bytes
    position += bytes.length
  }
}

async function isZero(file: FileHandle, from: number, end: number): Promise<boolean> {
  for await (const bytes of bytesFrom(file, from, end)) if (bytes.some((byte) => byte !== 0)) return false
  return true
}

/** Keeps what is behind the last frame in a file beside the log, and cuts it. */
async function cutTail(
  { segment, headerBytes, soundBytes, fileBytes }: Last,
  file: FileHandle,
  onDamage: OnDamage,
): Promise<void> {
  const { base, path } = segment
  const from = base + Math.max(0, soundBytes - headerBytes)
  const cut = `the log ends torn and is cut from ${from} to ${Math.max(from, base + fileBytes - headerBytes)} (${path})`
  const asidePath = `${path}.cut-${from}`
  // A file system that has lengthened the file before its data arrived: nothing was there.
  if (await isZero(file, soundBytes, fileBytes)) onDamage(cut)
  else if (soundBytes > 0)
    onDamage(`${cut}: what was there is kept in ${await setAside(bytesFrom(file, soundBytes, fileBytes), asidePath)}`)
  else return onDamage(`${cut}: what was there is kept in ${await moveAside(path, asidePath)}`)
  await file.truncate(soundBytes)
}

async function recoverLast(segment: Segment, onDamage: OnDamage): Promise<Last> {
  const file = await open(segment.path, 'r+')
  try {
    const last = await examine(segment, file, onDamage)
    if (last.soundBytes < last.fileBytes) await cutTail(last, file, onDamage)
    // A killed process may have left frames in the page cache that no sync has reached: before a consumer builds on
    // them they must be as durable as the rest.
    await file.sync()
    return last
  } finally {
    await file.close()
  }
}

/**
 * Cuts the log's last segment behind its last frame, and removes it when there is none. What is cut is a write that was
 * under way when the machine went down, or looks like it; it is kept in a file beside the log, and nothing is looked for in
 * it. Damage before a frame stays where it is, since an offset is a place in the file.
 */
export async function recoverSegments(directory: string, onDamage: OnDamage): Promise<Recovered> {
  const segments = await listSegments(directory)
  const lastSegment = segments.at(-1)
  if (!lastSegment) return { segments, end: 0, nextNumber: 0 }
  const { headerBytes, soundBytes, fileBytes, nextNumber, losesWrites } = await recoverLast(lastSegment, onDamage)
  const { base, path } = lastSegment
  if (soundBytes === 0) {
    await rm(path, { force: true })
    await syncDirectory(directory)
    segments.pop()
  }
  if (!losesWrites) {
    const end = base + Math.max(0, soundBytes - headerBytes)
    return { segments, end, nextNumber: soundBytes === 0 ? end : nextNumber }
  }
  // What is lost may have been acknowledged, and folded: its offsets, and numbers, are never given to anything else. A
  // record takes many bytes, so that no number is greater than its offset.
  const end = base + fileBytes - headerBytes
  const next = segmentAt(directory, end)
  await createSegment(next, end)
  return { segments: [...segments, next], end, nextNumber: end }
}
