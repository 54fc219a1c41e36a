import { decodeRecord, type StoredRecord, UnknownKindError } from '../ingest/record.ts'
import { listLogFiles } from '../streams/file-log/log-files.ts'
import { type LogTail, openLogTail } from '../streams/file-log/log-tail.ts'
import type { LogEntry } from '../streams/log.ts'
import type { RecordFilter } from './record-filter.ts'

/** Pause between two looks at the log's files, in ms. */
const LOOK_EVERY_MS = 200

/** Records that are to be shown, and who takes them. */
export interface TailOptions {
  directory: string
  filter: RecordFilter
  /** Those taken in since then, in ms since 1970; a number: so many of the last ones. */
  from: { sinceMs: number } | { lines: number }
  /** True to go on with what comes. */
  follows: boolean
  /** Takes a record; resolves when there is room for more. */
  show(record: StoredRecord, offset: number): Promise<void>
  /** Called when all that is there was shown. */
  onShown(): Promise<void>
  onProblem(problem: string): void
  isEnded(): boolean
  /** Resolves after a pause, or once the process is asked to end. */
  wait(ms: number): Promise<void>
}

/** A record and its place. */
interface Placed {
  record: StoredRecord
  offset: number
}

/** Decodes an entry; one that is no record is told. A kind of a later version is told once. */
function createDecode(onProblem: TailOptions['onProblem']): (entry: LogEntry) => StoredRecord | undefined {
  const told = new Set<number>()
  return (entry) => {
    try {
      return decodeRecord(entry)
    } catch (error) {
      if (!(error instanceof UnknownKindError)) {
        onProblem(`the log entry at ${entry.offset} is no record: ${(error as Error).message}`)
      } else if (!told.has(error.kind)) {
        told.add(error.kind)
        onProblem(`the log has entries of kind ${error.kind}, which this version does not know: they are not shown`)
      }
      return undefined
    }
  }
}

/** The records of a log that are to be shown, a file at a time. */
function createRecordsOf({ filter, isEnded, onProblem }: TailOptions) {
  const decode = createDecode(onProblem)
  return async function* (entries: AsyncIterable<LogEntry>): AsyncGenerator<Placed> {
    for await (const entry of entries) {
      if (isEnded()) return
      const record = decode(entry)
      if (record && filter(record)) yield { record, offset: entry.offset }
    }
  }
}

type RecordsOf = ReturnType<typeof createRecordsOf>

/** The last of a stream, in its order. */
async function lastOf(records: AsyncIterable<Placed>, count: number): Promise<Placed[]> {
  const last: Placed[] = []
  for await (const placed of records) {
    last.push(placed)
    if (last.length > count) last.shift()
  }
  return last
}

const onGapOf =
  ({ onProblem }: TailOptions) =>
  (from: number, to: number): void =>
    onProblem(`nothing can be read in the log from ${from} to ${to}: damaged, or removed meanwhile`)

/** Shows the last records, and returns what follows upon them. The newest file is read first, then as many before it as it takes. */
async function showLast(options: TailOptions, recordsOf: RecordsOf, lines: number): Promise<LogTail> {
  const { directory, show } = options
  const files = await listLogFiles(directory)
  const tail = openLogTail({ directory, from: files.at(-1)?.base ?? 0, onGap: onGapOf(options) })
  let last = await lastOf(recordsOf(tail.read()), lines)
  for (let index = files.length - 2; index >= 0 && last.length < lines && !options.isEnded(); index--) {
    const limit = files[index + 1]?.base ?? 0
    const before = await lastOf(recordsOf(files[index]?.read(limit) as AsyncIterable<LogEntry>), lines - last.length)
    last = [...before, ...last]
  }
  for (const { record, offset } of last) await show(record, offset)
  return tail
}

/** Shows the records since an instant, and returns what follows upon them. Files whose last write is older are not read. */
async function showSince(options: TailOptions, recordsOf: RecordsOf, sinceMs: number): Promise<LogTail> {
  const { directory, show } = options
  const files = await listLogFiles(directory)
  const first = files.find(({ writtenMs }) => writtenMs >= sinceMs) ?? files.at(-1)
  const tail = openLogTail({ directory, from: first?.base ?? 0, onGap: onGapOf(options) })
  for await (const { record, offset } of recordsOf(tail.read()))
    if (record.receivedMs >= sinceMs) await show(record, offset)
  return tail
}

/** Shows records of a log beside the service that writes it, oldest first; resolves when all are shown, or when it is ended. */
export async function tailLog(options: TailOptions): Promise<void> {
  const { from, follows, show, onShown, isEnded, wait } = options
  const recordsOf = createRecordsOf(options)
  const tail = await ('lines' in from
    ? showLast(options, recordsOf, from.lines)
    : showSince(options, recordsOf, from.sinceMs))
  await onShown()
  while (follows && !isEnded()) {
    await wait(LOOK_EVERY_MS)
    for await (const { record, offset } of recordsOf(tail.read())) await show(record, offset)
    await onShown()
  }
}
