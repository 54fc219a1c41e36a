import type { MonotonicClock } from '../../clock.ts'
import type { FoldedOffset, ResumePoint } from '../store.ts'
import type { CqlSession } from './driver/session.ts'

/**
 * Age at which a commit has settled, in ms: it is on the disks of the nodes that have acknowledged it. A node acknowledges
 * what is in its memory and writes to disk every 10 s (`commitlog_sync_period`, the default of Cassandra 5.0 and ScyllaDB),
 * and holds new writes up when it is half a period late. Even nodes of which only the process was killed had forgotten what
 * they had acknowledged in the last 16 to 54 ms (4 of 5 trials, three nodes at once, Cassandra 5.0.8, one write at a time).
 */
const SETTLED_AFTER_MS = 30_000

/** Commits this close together settle together, in ms. */
const SETTLE_EVERY_MS = 1_000

/** Commits that have not settled yet. */
function createSettling(nowMs: MonotonicClock) {
  let commits: { offset: number; atMs: number }[] = []
  return {
    clear: (): void => void (commits = []),
    /** Notes a commit; returns the offset of the newest one that has settled since the last call. */
    add(offset: number): number | undefined {
      const atMs = nowMs()
      const settled = commits.filter((commit) => atMs - commit.atMs >= SETTLED_AFTER_MS)
      commits = commits.slice(settled.length)
      if (atMs - (commits.at(-1)?.atMs ?? -Infinity) >= SETTLE_EVERY_MS) commits.push({ offset, atMs })
      return settled.at(-1)?.offset
    },
  }
}

/** Dependencies of log progress. */
export interface LogProgressOptions {
  session: () => Pick<CqlSession, 'execute' | 'executeAll'>
  /** Names the log; another one is another epoch. */
  logId: string
  /** Default `performance.now`. */
  nowMs?: MonotonicClock
}

/** Up to where a log is folded into the rows of a cluster, and from where it is folded again when the cluster forgot. */
export interface LogProgress {
  /** To be asked before folding begins, and each time that it begins again. */
  read(): Promise<ResumePoint>
  write(progress: FoldedOffset): Promise<void>
}

/** The progress of one log, which one process folds. */
export function createLogProgress(options: LogProgressOptions): LogProgress {
  const { session, logId, nowMs = () => performance.now() } = options
  const settling = createSettling(nowMs)
  /** The furthest that was folded, also while some of it is folded again: no shorter log may take this one's place. */
  let furthest = 0

  const writeSettled = (offset: number) => session().execute('writeSettled', [logId, BigInt(offset)], 'localQuorum')

  /** A log that is new here: its offsets must not be compared with those of the logs before it. */
  async function begin(): Promise<FoldedOffset> {
    const epochs = (await session().executeAll('listProgress')).map(({ epoch }) => Number(epoch))
    const epoch = Math.max(0, ...epochs) + 1
    await session().execute('writeProgress', [logId, epoch, 0n], 'localQuorum')
    return { epoch, offset: 0 }
  }

  return {
    async read() {
      settling.clear()
      const own = await session().execute('readProgress', [logId], 'localQuorum')
      const { epoch, offset } = own ? { epoch: Number(own['epoch']), offset: Number(own['log_offset']) } : await begin()
      furthest = Math.max(furthest, offset)
      const isNew = furthest === 0 && (await session().executeAll('listProgress')).length <= 1
      const settled = await session().execute('readSettled', [logId], 'localQuorum')
      // New, or set up before there was settling, or by a copy: what is there now is all that there is.
      if (!settled) await writeSettled(furthest)
      const from = Math.min(Number(settled?.['log_offset'] ?? furthest), furthest)
      return { epoch, offset: furthest, from, ...(isNew ? { isNew } : {}) }
    },
    async write({ epoch, offset }) {
      furthest = Math.max(furthest, offset)
      await session().execute('writeProgress', [logId, epoch, BigInt(furthest)], 'localQuorum')
      const settled = settling.add(offset)
      if (settled !== undefined) await writeSettled(settled)
    },
  }
}
