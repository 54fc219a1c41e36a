import { existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { markCleanEnd, takeCleanEnd } from '../../stores/lmdb/mdb-file/clean-end.ts'
import { setAside } from '../../stores/lmdb/mdb-file/set-aside.ts'
import { verifyMdb } from '../../stores/lmdb/mdb-file/verify.ts'
import type { OnProblem } from '../pass-over.ts'
import type { Pause } from '../time-slice.ts'
import { openTallyStore, type StoredTallies, type TallyHead, type TallyStore } from './tally-store.ts'

/** Options of opening. */
export interface ReportFolderOptions {
  directory: string
  now(): number
  onProblem: OnProblem
  pause: Pause
  /** True if what is counted is of the log that is there. */
  isOf(head: TallyHead): boolean
}

/** A folder, and what is in it. */
export interface ReportFolder {
  store: TallyStore
  stored: StoredTallies
}

/** @throws Error for a file that LMDB cannot work with: mapped, it would end the process by a signal. */
async function verify(file: string, marker: string, pause: Pause): Promise<void> {
  if (!existsSync(file) || (await takeCleanEnd(file, marker))) return
  const handle = await open(file)
  try {
    const steps = verifyMdb(handle.fd, () => undefined)
    while (!steps.next().done) await pause()
  } finally {
    await handle.close()
  }
}

/** Opens a folder that is sound. */
async function openSound({ directory, pause }: ReportFolderOptions): Promise<ReportFolder> {
  const [file, marker] = [join(directory, 'data.mdb'), join(directory, 'closed')]
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await verify(file, marker, pause)
  const store = openTallyStore(directory)
  const sound: TallyStore = {
    ...store,
    async close() {
      await store.close()
      await markCleanEnd(file, marker)
    },
  }
  try {
    return { store: sound, stored: store.read() }
  } catch (error) {
    await store.close()
    throw error
  }
}

/**
 * Opens the folder of counts for writing. One that is damaged, or of another log or version, is set aside, and all is counted anew from
 * the log.
 */
export async function openReportFolder(options: ReportFolderOptions): Promise<ReportFolder> {
  const { directory, now, onProblem, isOf } = options
  try {
    const found = await openSound(options)
    if (!found.stored.head || isOf(found.stored.head)) return found
    await found.store.close()
    onProblem('the counts for reports are of another log: they are set aside, and made anew')
  } catch (cause) {
    onProblem('the counts for reports cannot be used: they are set aside, and made anew', cause)
  }
  await setAside(directory, now())
  return openSound(options)
}
