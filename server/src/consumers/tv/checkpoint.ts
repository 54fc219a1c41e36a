import { readFile } from 'node:fs/promises'
import { decodeRecord, encodeRecord, KINDS, type TvRecord } from '../../ingest/record.ts'
import { writeDurably } from '../../write-durably.ts'
import type { OnProblem } from '../pass-over.ts'
import type { Pause } from '../time-slice.ts'

/** Version of the file's shape. */
const VERSION = 1

/** Timelines as they were at a place in the log. */
export interface Checkpoint {
  /** The log that the offset is of. */
  logId: string
  offset: number
  /** Revision of the last record that was applied. */
  revision: number
}

interface Head extends Checkpoint {
  v: number
}

const isPlace = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

/** Reads the file: its head, and then a record a line. Undefined if there is none, or of another log, or none that can be used: the log says all again. */
export async function readCheckpoint(
  path: string,
  logId: string,
  onProblem: OnProblem,
): Promise<{ at: Checkpoint; records: TvRecord[] } | undefined> {
  try {
    const [head = '', ...lines] = (await readFile(path, 'utf8')).split('\n')
    const { v, ...at } = JSON.parse(head) as Head
    if (v !== VERSION || at.logId !== logId) return undefined
    if (!isPlace(at.offset) || !isPlace(at.revision)) throw new Error('its head names no place in the log')
    // The last line is the end: without it the file is a part.
    if (lines.pop() !== 'end') throw new Error('it has no end')
    const records = lines.map((line) => decodeRecord({ kind: KINDS.tv, keyId: 0, payload: Buffer.from(line) }))
    return { at, records: records as TvRecord[] }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    onProblem(`${path} cannot be read: what is on TV is read from the log, as far as that goes back`, cause)
    return undefined
  }
}

/** Writes the file. */
export async function writeCheckpoint(
  path: string,
  at: Checkpoint,
  records: Iterable<TvRecord>,
  pause: Pause,
): Promise<void> {
  const lines = [JSON.stringify({ v: VERSION, ...at } satisfies Head)]
  for (const record of records) {
    lines.push(Buffer.from(encodeRecord(record).payload).toString())
    await pause()
  }
  await writeDurably(path, [...lines, 'end'].join('\n'))
}
