import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { compileRegex } from '../catalog/regex.ts'
import { rebuildReports } from '../consumers/report/rebuild-reports.ts'
import { claimDataDirectory } from '../service/data-directory.ts'
import { readLogId } from '../streams/file-log/log-id.ts'
import { openSegments } from '../streams/file-log/segments.ts'
import type { EventLog } from '../streams/log.ts'
import { type CommandIo, UsageError } from './command.ts'
import { printable } from './printable.ts'
import { createProgressBar } from './progress-bar.ts'

/** Counts that are there may be of what the log has no longer. */
function assertNothingIsLost({ begin = 0 }: EventLog, directory: string): void {
  if (begin === 0 || !existsSync(directory)) return
  throw new UsageError(
    `the log begins at ${begin}: what is counted of before would be lost; move ${directory} away if that is wanted`,
  )
}

/**
 * Counts all of the log in a data directory anew; returns the log's length, in bytes.
 * @throws DirectoryTakenError while a service runs on it
 * @throws UsageError if the log lacks its beginning, and there are counts that may be of it
 */
export async function rebuildReportsIn(dataDirectory: string, io: CommandIo): Promise<number> {
  const release = await claimDataDirectory(dataDirectory)
  const tell = (problem: string): void => void io.stderr.write(`prepaint-server: ${printable(problem)}\n`)
  const bar = createProgressBar(io, 'bytes')
  try {
    const logDirectory = join(dataDirectory, 'log')
    const log = await openSegments({ directory: logDirectory, minEnd: 0, now: Date.now, onDamage: tell })
    try {
      const directory = join(dataDirectory, 'reports')
      assertNothingIsLost(log, directory)
      const bytes = log.end - (log.begin ?? 0)
      await rebuildReports({
        ...{ log, compileRegex, now: Date.now, onProblem: tell, onPassedOver: () => undefined },
        ...{ logId: await readLogId(logDirectory), directory },
        onProgress: (share) => bar.show({ step: 'counting', count: share * bytes, share }),
      })
      return bytes
    } finally {
      await log.close()
    }
  } finally {
    bar.end()
    await release()
  }
}
