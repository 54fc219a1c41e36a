import type { WallClock } from '../clock.ts'
import { type Place, START } from '../transfer/row.ts'
import { type FileFormat, openSource, type SourceFile } from '../transfer/source-file.ts'
import type { ColumnMap } from './column-map.ts'
import { type Imported, importHistory, type RowProblem } from './import-history.ts'
import { type Counts, type ImportState, ImportStateError, readImportState, writeImportState } from './import-state.ts'
import { openRows } from './open-rows.ts'
import type { SendMessages } from './send-messages.ts'

/** Destination of an import, and where it is noted how far it has come. */
export interface ImportTarget {
  site: string
  url: string
  stateFile: string
  send: SendMessages
}

/** Progress of an import. */
export interface ImportProgress {
  /** Events taken, with those of earlier runs. */
  accepted: number
  /** 0 to 1. */
  share: number
}

/** Dependencies of importing a file. */
export interface ImportFileOptions {
  path: string
  format: FileFormat
  map?: ColumnMap
  /** Absent for a dry run, which reads the whole file, sends nothing and notes nothing. */
  target?: ImportTarget
  now: WallClock
  maxProblems: number
  isEnded(): boolean
  onProblem(problem: RowProblem): void
  onProgress(progress: ImportProgress): void
}

/** Numbers of an import. */
export interface ImportedFile {
  /** Numbers of this run. */
  run: Imported
  /** Numbers of all runs together. */
  total: Counts
  /** Lines that earlier runs had done. */
  linesBefore: number
}

const NONE: Counts = { accepted: 0, denied: 0, problems: 0 }

function sumOf(one: Counts, other: Counts): Counts {
  return {
    accepted: one.accepted + other.accepted,
    denied: one.denied + other.denied,
    problems: one.problems + other.problems,
  }
}

async function knownState(source: SourceFile, path: string, target?: ImportTarget): Promise<ImportState | undefined> {
  if (!target) return undefined
  const { stateFile, site, url } = target
  const state = await readImportState(stateFile, site, url)
  if (state && !(await source.isSame(state.headBytes, state.head, state.place)))
    throw new ImportStateError(
      `${stateFile} is of another file than ${path} is now: delete it, or name another --state`,
    )
  return state
}

/**
 * Imports a file, from where the run before has come to.
 * @throws ColumnMapError, ImportStateError, SendError, TooManyProblemsError
 */
export async function importFile(options: ImportFileOptions): Promise<ImportedFile> {
  const { path, format, map, target, onProgress } = options
  const source = await openSource(path, format.isCompressed)
  const state = await knownState(source, path, target)
  const before = state ?? NONE
  const from = state?.place ?? START

  async function note(place: Place, counts: Counts): Promise<void> {
    const total = sumOf(before, counts)
    if (target) {
      const { site, url, stateFile } = target
      const { headBytes, head } = source
      await writeImportState(stateFile, { v: 1, site, url, headBytes, head, place, ...total })
    }
    onProgress({ accepted: total.accepted, share: Math.min(1, source.readBytes() / Math.max(1, source.sizeBytes)) })
  }

  const run = await importHistory({
    ...options,
    rows: openRows(source, format, map, from),
    ...(target ? { send: target.send } : {}),
    onBatch: note,
  })
  return { run, total: sumOf(before, run), linesBefore: from.lines }
}
