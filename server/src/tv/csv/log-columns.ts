import { TvInputError } from '../finding.ts'
import { LOG_FIELDS, type LogField, type LogMap } from './log-map.ts'

/** Values of a row, by field; an empty one is none. */
export type LogValues = { [field in LogField]?: string }

/** Reads the values of a record; undefined if it has not as many as the first line names. */
export type ReadLogRecord = (values: readonly string[]) => LogValues | undefined

/** Fields by the names of columns, without a map: their own names, in any case. */
function defaultColumns(header: readonly string[]): { [column: string]: LogField } {
  const named = header.map((column) => [column, LOG_FIELDS.find((field) => field === column.toLowerCase())] as const)
  return Object.fromEntries(named.filter((pair): pair is [string, LogField] => pair[1] !== undefined))
}

function check(header: readonly string[], columns: LogMap['columns'], constants: LogMap['constants']): void {
  const missing = Object.keys(columns).find((column) => !header.includes(column))
  if (missing !== undefined)
    throw new TvInputError('csv_header', `columns.${missing}: the first line has ${header.join(', ')}`)
  const given = new Set([...Object.values(columns), ...Object.keys(constants)])
  const needed = ['feed', 'spot', 'duration', ...(given.has('timestamp') ? [] : ['date', 'time'])]
  const absent = needed.filter((field) => !given.has(field))
  if (absent.length > 0)
    throw new TvInputError('csv_header', `nothing gives ${absent.join(', ')}: name columns or constants in a map`)
}

/**
 * Makes what reads the records under a header.
 * @throws TvInputError for a header and a map that do not fit each other, or say too little
 */
export function createLogRecordReader(header: readonly string[], map?: LogMap): ReadLogRecord {
  const columns = map?.columns ?? defaultColumns(header)
  const constants = map?.constants ?? {}
  check(header, columns, constants)
  const fields = header.map((column) => (Object.hasOwn(columns, column) ? columns[column] : undefined))
  return (values) => {
    if (values.length !== fields.length) return undefined
    const read: LogValues = { ...constants }
    for (const [index, field] of fields.entries()) {
      const value = values[index]?.trim()
      if (field && value) read[field] = value
    }
    return read
  }
}
