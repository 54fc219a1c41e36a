import { statfs } from 'node:fs/promises'
import type { ServicePart } from './part.ts'

const MIB = 1_048_576

/** Interval between two looks at the disk, in ms; at 100 MB/s it loses 100 MB between them. */
const ASK_EVERY_MS = 1_000

/** So much more than the least room must be free until events are taken again: else they would be taken and refused in turn. */
const ENOUGH = 1.25

/** Room on a disk, in bytes. */
export interface DiskSpace {
  freeBytes: number
  totalBytes: number
}

/** Reads the free space on the disk of a directory; for a user without privileges. */
export async function readDiskSpace(directory: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(directory)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

/** Room below which events are refused, in bytes. */
export function leastFreeBytes(minFreeMb: number | 'auto', totalBytes: number): number {
  if (minFreeMb !== 'auto') return minFreeMb * MIB
  return Math.min(totalBytes / 10, Math.max(256 * MIB, Math.min(totalBytes / 50, 4_096 * MIB)))
}

/** Says that a disk is nearly full: which, by how much, and what to do about it. */
export function describeLow(dataDirectory: string, freeBytes: number, neededBytes: number): string {
  const [free, needed] = [Math.floor(freeBytes / MIB), Math.ceil(neededBytes / MIB)]
  return `${dataDirectory}: ${free} MiB are free on its disk, and events are taken in from ${needed} on: free some, or lower --log-days, --log-size or --min-free`
}

/** Watches the disk. */
export interface DiskWatch extends ServicePart {
  /** True when no more events should be taken in. */
  isLow(): boolean
  /** Asks at once. */
  ask(): Promise<void>
  close(): void
}

/** Dependencies of watching. */
export interface DiskWatchOptions {
  minFreeMb: number | 'auto'
  dataDirectory: string
  /** Default: what the system says. */
  readSpace?: (() => Promise<DiskSpace>) | undefined
  tell: (message: string) => void
}

/** Begins to watch; resolves with the first answer. A disk that does not answer is not low: writing says what it has to say. */
export async function watchDisk(options: DiskWatchOptions): Promise<DiskWatch> {
  const { minFreeMb, dataDirectory, readSpace = () => readDiskSpace(dataDirectory), tell } = options
  let isLow = false
  let freeBytes = Number.NaN
  let neededBytes = 0

  async function ask(): Promise<void> {
    const space = await readSpace().catch(() => undefined)
    if (!space) return
    freeBytes = space.freeBytes
    const leastBytes = leastFreeBytes(minFreeMb, space.totalBytes)
    const wasLow = isLow
    isLow = freeBytes < leastBytes * (wasLow ? ENOUGH : 1)
    neededBytes = leastBytes * ENOUGH
    if (isLow === wasLow) return
    const free = `${Math.floor(freeBytes / MIB)} MiB are free on the disk of the data directory`
    tell(
      isLow
        ? `${free}: no events are taken in until there are ${Math.ceil(neededBytes / MIB)}`
        : `${free}: events are taken in again`,
    )
  }

  await ask()
  const timer = setInterval(() => void ask(), ASK_EVERY_MS).unref()
  return {
    isLow: () => isLow,
    ask,
    // Decisions go on: traffic that is sent elsewhere would not free the disk.
    problem: () =>
      isLow ? { code: 'disk_low', message: describeLow(dataDirectory, freeBytes, neededBytes) } : undefined,
    gauges(metrics) {
      metrics.gauge('disk_free_bytes', 'Room on the disk of the data directory.', () => freeBytes)
      metrics.gauge('disk_low', '1 while no events are taken in because the disk is nearly full.', () => Number(isLow))
    },
    close: () => clearInterval(timer),
  }
}
