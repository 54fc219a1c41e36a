import { describeLow, type DiskSpace, leastFreeBytes, readDiskSpace } from '../service/disk-space.ts'
import type { Finding } from './finding.ts'

/** Finds what keeps a service from taking in events with this data directory. */
export async function checkDisk(
  dataDirectory: string,
  minFreeMb: number | 'auto',
  readSpace: (directory: string) => Promise<DiskSpace> = readDiskSpace,
): Promise<Finding[]> {
  try {
    const { freeBytes, totalBytes } = await readSpace(dataDirectory)
    const leastBytes = leastFreeBytes(minFreeMb, totalBytes)
    return freeBytes < leastBytes
      ? [{ code: 'disk_low', detail: describeLow(dataDirectory, freeBytes, leastBytes) }]
      : []
  } catch (error) {
    return [
      {
        code: 'disk_unreadable',
        detail: `${dataDirectory}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      },
    ]
  }
}
