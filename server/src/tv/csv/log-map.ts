import { parse } from 'yaml'
import { TvInputError } from '../finding.ts'

/** Facts that a column of a log may give. */
export const LOG_FIELDS = [
  ...(['feed', 'date', 'time', 'timestamp', 'spot'] as const),
  ...(['duration', 'brand', 'product', 'area', 'status'] as const),
]

/** One of them. */
export type LogField = (typeof LOG_FIELDS)[number]

/** Orders of day, month and year. */
const DATE_ORDERS = ['ymd', 'dmy', 'mdy'] as const

/** Order of a date's numbers. */
export type DateOrder = (typeof DATE_ORDERS)[number]

/** Words of a broadcaster on its logs. */
export interface LogMap {
  /** By the column's name; columns that are not named are left out. */
  columns: { readonly [column: string]: LogField }
  /** Facts that all rows have, and that no column gives. */
  constants: { readonly [field in LogField]?: string }
  delimiter?: string
  /** Order of dates such as 03/04/2026. */
  dates?: DateOrder
  /** Statuses of what did not air, in any case; all others then mean that it did. */
  cancelled?: readonly string[]
}

function fail(message: string): never {
  throw new TvInputError('csv_header', message)
}

const isField = (value: unknown): value is LogField => LOG_FIELDS.includes(value as LogField)

/** An object by its own fields; nothing for another value. */
function fieldsOf(value: unknown): { [field: string]: unknown } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

function read(text: string): { [field: string]: unknown } {
  try {
    return fieldsOf(parse(text, { logLevel: 'error' })) ?? {}
  } catch (error) {
    return fail(`is neither YAML nor JSON: ${(error as Error).message.split('\n')[0] ?? ''}`)
  }
}

function columnsOf(value: unknown): LogMap['columns'] {
  const given = Object.entries(fieldsOf(value) ?? {})
  if (given.length === 0) fail('columns: must name at least one')
  const [wrong] = given.find(([, field]) => !isField(field)) ?? []
  if (wrong !== undefined) fail(`columns.${wrong}: must be ${LOG_FIELDS.join(', ')}`)
  return Object.fromEntries(given) as LogMap['columns']
}

function constantsOf(value: unknown): LogMap['constants'] {
  const given = Object.entries(fieldsOf(value) ?? fail('constants: must be fields with values'))
  const wrong = given.find(([field, content]) => !isField(field) || !/^(string|number)$/.test(typeof content))
  if (wrong) fail(`constants.${wrong[0]}: must be one of ${LOG_FIELDS.join(', ')}, with a text or a number`)
  return Object.fromEntries(given.map(([field, content]) => [field, String(content)]))
}

/**
 * Reads a map.
 * @throws TvInputError
 */
export function parseLogMap(text: string): LogMap {
  const { columns, constants = {}, delimiter, dates, cancelled, ...others } = read(text)
  const [other] = Object.keys(others)
  if (other !== undefined) fail(`${other}: there are columns, constants, delimiter, dates and cancelled`)
  if (delimiter !== undefined && (typeof delimiter !== 'string' || !/^[^"\r\n]$/.test(delimiter)))
    fail('delimiter: must be one character, and no quote')
  if (dates !== undefined && !DATE_ORDERS.includes(dates as DateOrder)) fail(`dates: must be ${DATE_ORDERS.join(', ')}`)
  if (cancelled !== undefined && (!Array.isArray(cancelled) || cancelled.some((word) => typeof word !== 'string')))
    fail('cancelled: must be a list of statuses')
  return {
    ...{ columns: columnsOf(columns), constants: constantsOf(constants) },
    ...(delimiter === undefined ? {} : { delimiter: delimiter as string }),
    ...(dates === undefined ? {} : { dates: dates as DateOrder }),
    ...(cancelled === undefined ? {} : { cancelled: (cancelled as string[]).map((word) => word.toLowerCase()) }),
  }
}
