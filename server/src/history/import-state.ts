import { readFile } from 'node:fs/promises'
import type { Place } from '../transfer/row.ts'
import { writeDurably } from '../write-durably.ts'

/** Numbers of an import. */
export interface Counts {
  /** Events that the service has taken. */
  accepted: number
  /** Events whose own consent fields deny that they are kept. */
  denied: number
  /** Rows that are no event. */
  problems: number
}

/** Progress of an import. It is kept when all is done, so that another run brings what was appended since. */
export interface ImportState extends Counts {
  /** Version of this file's format. */
  v: 1
  site: string
  /** Service that has taken the events. */
  url: string
  /** Bytes at the file's start by which it is recognised, and their hash. */
  headBytes: number
  head: string
  place: Place
}

/** An import that cannot go on from its state. */
export class ImportStateError extends Error {
  override readonly name = 'ImportStateError'
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function isState(value: Partial<ImportState>): value is ImportState {
  const { v, site, url, headBytes, head, place, accepted, denied, problems } = value
  const counts = [headBytes, place?.offset, place?.lines, accepted, denied, problems]
  return v === 1 && [site, url, head].every((text) => typeof text === 'string') && counts.every(isCount)
}

function parse(text: string): Partial<ImportState> {
  try {
    return Object(JSON.parse(text)) as Partial<ImportState>
  } catch {
    return {}
  }
}

/**
 * Reads how far an earlier run came; undefined if there was none.
 * @throws ImportStateError for a file that is of another import, or is none.
 */
export async function readImportState(path: string, site: string, url: string): Promise<ImportState | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (text === undefined) return undefined
  const state = parse(text)
  if (!isState(state))
    throw new ImportStateError(`${path} is no state of an import: delete it, or name another --state`)
  if (state.site !== site || state.url !== url)
    throw new ImportStateError(`${path} is of an import to ${state.site} at ${state.url}: name another --state`)
  return state
}

/** Keeps the state; a crash leaves the one before or this one. */
export function writeImportState(path: string, state: ImportState): Promise<void> {
  return writeDurably(path, JSON.stringify(state))
}
