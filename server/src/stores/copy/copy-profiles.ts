import { addRows, type Checksum, EMPTY_CHECKSUM } from './checksum.ts'
import { type CopiedLog, type CopiedRow, type CopyEnd, CopyError } from './copy-end.ts'
import { type CopyState, readCopyState, removeCopyState, writeCopyState } from './copy-state.ts'

/**
 * Shortest life of a profile that is copied: a shorter one might end before the copy is verified. Its visitor's token
 * ends, too.
 */
const MIN_TTL_S = 86_400

/** One end, and its name in messages. */
export interface NamedEnd {
  name: string
  end: CopyEnd
}

/** Progress of the copy. */
export interface CopyProgress {
  step: 'copying' | 'verifying'
  /** Profiles so far. */
  count: number
  /** 0 to 1. */
  share: number
}

/** Dependencies of a copy. */
export interface CopyOptions {
  from: NamedEnd
  to: NamedEnd
  /** File of the copy's progress; removed at the end. */
  stateFile: string
  onProgress: (progress: CopyProgress) => void
  /** True when it should break off, to be gone on with another time. */
  isEnded: () => boolean
}

/** Result of a copy. */
export interface Copied extends Checksum {
  /** Profiles that were left because their life ends within a day. */
  ended: number
  /** True when it went on where one before had broken off. */
  isResumed: boolean
}

async function isEmpty(end: CopyEnd): Promise<boolean> {
  for await (const { rows } of end.read()) if (rows.length > 0) return false
  return true
}

async function begin({ from, to }: CopyOptions): Promise<CopyState> {
  if (!(await isEmpty(to.end))) throw new CopyError(`${to.name} holds profiles already: ${to.end.remedy}`)
  const logs = await from.end.logs()
  // Later ones than the logs' progress are declared again; earlier ones would never be.
  const definitions = [...(await from.end.definitions())]
  return { from: from.name, to: to.name, logs, definitions, done: EMPTY_CHECKSUM, ended: 0 }
}

/** A row that is ahead of its log's progress would get the entries between them once more. */
function refuseAhead(rows: readonly CopiedRow[], logs: readonly CopiedLog[], name: string): void {
  const isAhead = ({ position }: CopiedRow): boolean =>
    logs.some(({ epoch, offset }) => epoch === position.epoch && offset < position.offset)
  if (!rows.some(isAhead)) return
  throw new CopyError(
    `${name} holds profiles that are folded further than its progress says: start its service once more, end it in order, and copy then`,
  )
}

async function copyRows(begun: CopyState, options: CopyOptions): Promise<CopyState> {
  const { from, to, stateFile, onProgress, isEnded } = options
  let state = begun
  for await (const { rows, place, share } of from.end.read(begun.place)) {
    const living = rows.filter(({ ttlS }) => ttlS >= MIN_TTL_S)
    if (!to.end.hasPositions) refuseAhead(rows, state.logs, from.name)
    await to.end.write(living)
    const ended = state.ended + rows.length - living.length
    state = { ...state, place, done: addRows(state.done, living), ended }
    await writeCopyState(stateFile, state)
    onProgress({ step: 'copying', count: state.done.count, share })
    if (isEnded()) throw new CopyError(`ended after ${state.done.count} profiles: run it again to go on`)
  }
  return state
}

async function verify({ done }: CopyState, { to, stateFile, onProgress, isEnded }: CopyOptions): Promise<void> {
  let found = EMPTY_CHECKSUM
  for await (const { rows, share } of to.end.read()) {
    found = addRows(found, rows)
    onProgress({ step: 'verifying', count: found.count, share })
    if (isEnded()) throw new CopyError('ended while verifying: run it again to go on')
  }
  if (found.count === done.count && found.sum === done.sum) return
  throw new CopyError(
    `the copy differs: ${done.count} profiles with checksum ${done.sum} were copied, ${to.name} has ${found.count} with ` +
      `${found.sum}. See that nobody else writes there, ${to.end.remedy}, delete ${stateFile}, and copy again`,
  )
}

/**
 * Copies all profiles, compares what has arrived, and has folding go on where it was. A copy that broke off goes on by
 * its state file.
 * @throws CopyError
 */
export async function copyProfiles(options: CopyOptions): Promise<Copied> {
  const { from, to, stateFile } = options
  const kept = await readCopyState(stateFile, from.name, to.name)
  const state = await copyRows(kept ?? (await begin(options)), options)
  await verify(state, options)
  await to.end.setDefinitions(new Map(state.definitions))
  // Last: a service that begins on half a copy must not take it for the whole.
  await to.end.setLogs(state.logs)
  await removeCopyState(stateFile)
  return { ...state.done, ended: state.ended, isResumed: kept !== undefined }
}
