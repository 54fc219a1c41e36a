import { readFile, rm } from 'node:fs/promises'
import type { SiteDefinitions } from '../../profiles/features/definitions.ts'
import { writeDurably } from '../../write-durably.ts'
import type { Checksum } from './checksum.ts'
import { type CopiedLog, CopyError } from './copy-end.ts'

/** Saved progress of a copy. */
export interface CopyState {
  from: string
  to: string
  /** As they were before the first row was read: what is folded afterwards is folded at the other end again. */
  logs: CopiedLog[]
  /** Those of before the first row was read, by site. Absent in a state of a version without features. */
  definitions?: [site: string, definitions: SiteDefinitions][]
  /** Absent before the first piece. */
  place?: string
  /** Of what is copied. */
  done: Checksum
  /** Profiles that were left because their life ends. */
  ended: number
}

function isState(state: Partial<CopyState>): state is CopyState {
  const { logs, place, definitions, done, ended } = state
  const isPlace = place === undefined || typeof place === 'string'
  const isChecksum = Number.isSafeInteger(done?.count) && /^[\da-f]{1,16}$/.test(String(done?.sum))
  const areDefinitions = definitions === undefined || Array.isArray(definitions)
  return Array.isArray(logs) && areDefinitions && isPlace && isChecksum && Number.isSafeInteger(ended)
}

/**
 * Reads the progress of a copy that broke off; undefined if there was none.
 * @throws CopyError for a file that is of another copy, or is none.
 */
export async function readCopyState(file: string, from: string, to: string): Promise<CopyState | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (text === undefined) return undefined
  const noState = (cause?: unknown): CopyError =>
    new CopyError(`${file} is no state of a copy: delete it, or name another --state`, { cause })
  let state: Partial<CopyState>
  try {
    state = Object(JSON.parse(text)) as Partial<CopyState>
  } catch (cause) {
    throw noState(cause)
  }
  if (state.from !== from || state.to !== to) {
    throw new CopyError(
      `${file} is of another copy, from ${String(state.from)} to ${String(state.to)}: finish that, delete it, or name another --state`,
    )
  }
  if (!isState(state)) throw noState()
  return state
}

/** Keeps the state; a crash leaves the one before or this one. */
export function writeCopyState(file: string, state: CopyState): Promise<void> {
  return writeDurably(file, JSON.stringify(state))
}

/** The copy is whole. */
export function removeCopyState(file: string): Promise<void> {
  return rm(file, { force: true })
}
