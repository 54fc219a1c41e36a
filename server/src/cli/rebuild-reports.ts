import { join } from 'node:path'
import { compileRegex } from '../catalog/regex.ts'
import { rebuildReports } from '../consumers/report/rebuild-reports.ts'
import { claimDataDirectory } from '../service/data-directory.ts'
import { readLogId } from '../streams/file-log/log-id.ts'
import { openSegments } from '../streams/file-log/segments.ts'
import type { CommandIo } from './command.ts'
import { printable } from './printable.ts'
import { createProgressBar } from './progress-bar.ts'

/**
 * Counts all of the log in a data directory anew; returns the log's length, in bytes.
 * @throws DirectoryTakenError while a service runs on it
 */
export async function rebuildReportsIn(dataDirectory: string, io: CommandIo): Promise<number> {
  const release = await claimDataDirectory(dataDirectory)
  const tell = (problem: string): void => void io.stderr.write(`prepaint-server: ${printable(problem)}\n`)
  const bar = createProgressBar(io, 'bytes')
  try {
    const logDirectory = join(dataDirectory, 'log')
    const log = await openSegments({ directory: logDirectory, minEnd: 0, now: Date.now, onDamage: tell })
    const bytes = log.end - (log.begin ?? 0)
    await rebuildReports({
      ...{ log, compileRegex, now: Date.now, onProblem: tell, onPassedOver: () => undefined },
      logId: await readLogId(logDirectory),
      directory: join(dataDirectory, 'reports'),
      onProgress: (share) => bar.show({ step: 'counting', count: share * bytes, share }),
    }).finally(() => log.close())
    return bytes
  } finally {
    bar.end()
    await release()
  }
}
