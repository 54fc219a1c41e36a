import { rename, rm } from 'node:fs/promises'
import { startConsumer } from '../consumer.ts'
import { createReportProjection, type ReportProjectionOptions } from './report-projection.ts'

/** Interval at which it is told how far counting has come, in ms. */
const TELL_EVERY_MS = 500

/** Options of counting anew. */
export interface RebuildOptions extends ReportProjectionOptions {
  /** Called with the share of the log that is counted, 0 to 1. */
  onProgress?(share: number): void
}

/**
 * Counts all of the log anew, in a folder beside, which then takes the place of the old one. No service may run on the data directory
 * meanwhile.
 */
export async function rebuildReports(options: RebuildOptions): Promise<void> {
  const { log, directory, onProgress } = options
  // Without a dot: lmdb-js takes a path with one for a file.
  const aside = `${directory}-new`
  await rm(aside, { recursive: true, force: true })
  const projection = createReportProjection({ ...options, directory: aside })
  const consumer = startConsumer({ ...options, projections: [projection] })
  const begin = log.begin ?? 0
  const tell = async (): Promise<void> => {
    const { appliedTo } = await projection.resume()
    onProgress?.(log.end > begin ? (appliedTo - begin) / (log.end - begin) : 1)
  }
  const timer = setInterval(() => void tell(), TELL_EVERY_MS)
  await projection.caughtUp()
  clearInterval(timer)
  await consumer.stop()
  await projection.close()
  await rm(directory, { recursive: true, force: true })
  await rename(aside, directory)
  onProgress?.(1)
}
