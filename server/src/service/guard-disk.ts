import { type EventSink, whileThereIsRoom } from '../ingest/sink.ts'
import type { Settings } from '../settings/config.ts'
import type { Closers } from './closers.ts'
import { type DiskSpace, type DiskWatch, watchDisk } from './disk-space.ts'
import type { Data } from './open-data.ts'

/** Dependencies of guarding. */
export interface GuardOptions {
  data: Data
  settings: Settings
  closers: Closers
  /** Default: what the system says. */
  readSpace: (() => Promise<DiskSpace>) | undefined
  tell: (message: string) => void
}

/** The sink for visitors' events, which takes none while the disk of the log is nearly full; absent log, absent disk. */
export async function guardDisk(options: GuardOptions): Promise<{ sink: EventSink; disk: DiskWatch | undefined }> {
  const { data, settings, closers, readSpace, tell } = options
  if (!data.log) return { sink: data.sink, disk: undefined }
  const disk = await watchDisk({ ...settings, readSpace, tell })
  closers.add(disk.stop)
  return { sink: whileThereIsRoom(data.sink, disk.isLow), disk }
}
