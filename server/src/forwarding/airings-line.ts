import { decodeRecord, encodeRecord, KINDS, type TvRecord } from '../ingest/record.ts'

/** Path of the owner's admin listener at which it tells what is on TV. */
export const AIRINGS_PATH = '/v1/tv/records'

/** Line before all that is known. */
export const BEGIN = 'begin'

/** Line behind it: from here on each line is a change. */
export const KNOWN = 'known'

/** Returns the line of a record: its revision, a space, and the record as the log has it. */
export function lineOfRecord(record: TvRecord, revision: number): string {
  return `${revision} ${Buffer.from(encodeRecord(record).payload).toString()}`
}

/** Reads such a line. @throws TypeError or SyntaxError for one that is none. */
export function recordOfLine(line: string): { record: TvRecord; revision: number } {
  const space = line.indexOf(' ')
  const revision = Number(line.slice(0, space))
  if (space < 1 || !Number.isSafeInteger(revision)) throw new TypeError('the line has no revision')
  const record = decodeRecord({ kind: KINDS.tv, keyId: 0, payload: Buffer.from(line.slice(space + 1)) })
  return { record: record as TvRecord, revision }
}
