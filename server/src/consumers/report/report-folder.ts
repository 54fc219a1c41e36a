import { writeFile } from 'node:fs/promises'
import { setAside } from '../../stores/lmdb/mdb-file/set-aside.ts'
import { prepareSoundFolder } from '../../stores/lmdb/sound-folder.ts'
import type { OnProblem } from '../pass-over.ts'
import { COUNTS } from './tally-folder.ts'
import { openTallyStore, type StoredTallies, type TallyHead, type TallyStore } from './tally-store.ts'

/** Options of opening. */
export interface ReportFolderOptions {
  directory: string
  now(): number
  onProblem: OnProblem
  /** True if what is counted is of the log that is there. */
  isOf(head: TallyHead): boolean
}

/** A folder, and what is in it. */
export interface ReportFolder {
  store: TallyStore
  stored: StoredTallies
}

/** Opens the folder of counts for writing. One of another log or version is set aside, and all is counted anew from the log. */
export async function openReportFolder({
  directory,
  now,
  onProblem,
  isOf,
}: ReportFolderOptions): Promise<ReportFolder> {
  const open = async (): Promise<TallyStore> => {
    const folder = await prepareSoundFolder({ ...COUNTS, directory, tell: onProblem, now })
    const store = openTallyStore(directory)
    let hasReported = false
    function onDamage(): void {
      if (hasReported) return
      hasReported = true
      onProblem('a count is not what was written: at the next start all of them are made anew from the log')
      writeFile(folder.damagedMark, '', { mode: 0o600 }).catch(() => undefined)
    }
    return {
      ...store,
      row(site, id) {
        try {
          return store.row(site, id)
        } catch (cause) {
          onDamage()
          throw cause
        }
      },
      async close() {
        await store.close()
        await folder.markClosed()
      },
    }
  }
  const store = await open()
  try {
    const stored = store.read()
    if (!stored.head || isOf(stored.head)) return { store, stored }
    onProblem('the counts for reports are of another log: they are set aside, and made anew')
  } catch (cause) {
    onProblem('the counts for reports cannot be used: they are set aside, and made anew', cause)
  }
  await store.close()
  await setAside(directory, now())
  const fresh = await open()
  return { store: fresh, stored: fresh.read() }
}
