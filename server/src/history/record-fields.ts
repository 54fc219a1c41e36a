import { type Fields, fieldsOf } from '../ingest/as-meant.ts'
import { type ColumnMap, ColumnMapError, isField, MESSAGE_FIELDS, type Target, type ValueKind } from './column-map.ts'

/** Numbers as people and programs write them; one with a zero in front is an id. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/

/** Names of properties whose values are texts, also where they are digits alone. */
const ID = /(^|_)(id|sku|code|zip|phone|coupon)$/i

const ALIASES = new Map(
  MESSAGE_FIELDS.map((field) => [field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), field]),
)

function guess(name: string, value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true'
  return NUMBER.test(value) && !ID.test(name) ? Number(value) : value
}

function asJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown
  } catch {
    return undefined
  }
}

/** A value of a kind; undefined if it is none of it. */
function convert(name: string, value: string, kind: ValueKind): unknown {
  if (kind === 'text') return value
  if (kind === 'json') return asJson(value)
  if (kind === 'boolean')
    return /^(true|1|yes)$/i.test(value) ? true : /^(false|0|no)$/i.test(value) ? false : undefined
  if (kind === 'number') return value.trim() === '' || !Number.isFinite(Number(value)) ? undefined : Number(value)
  return guess(name, value)
}

/** Destination of a column without a map: a field by its name, else a property, of a person a trait. */
function defaultTarget(column: string): Target | undefined {
  const field = ALIASES.get(column) ?? column
  if (/^(properties|traits|context)$/.test(field)) return { field, as: 'json' }
  if (isField(field)) return { field, as: /[.]/.test(field) ? 'auto' : 'text' }
  return undefined
}

/** Place of a value in the message. */
function place(message: { [field: string]: unknown }, field: string, value: unknown): void {
  const [, around, name = ''] = /^(properties|traits)\.(.+)$/.exec(field) ?? []
  if (around === undefined) message[field] = value
  else message[around] = { ...fieldsOf(message[around]), [name]: value }
}

interface Column {
  column: string
  target: Target | undefined
}

function columnsOf(header: readonly string[], map: ColumnMap | undefined): Column[] {
  const twice = header.find((column, index) => header.indexOf(column) < index)
  if (twice !== undefined) throw new ColumnMapError(`the column ${twice} stands twice in the first line`)
  const missing = Object.keys(map?.columns ?? {}).find((column) => !header.includes(column))
  if (missing !== undefined) throw new ColumnMapError(`columns.${missing}: the file has ${header.join(', ')}`)
  const forbidden = header.find((column) => !isField(`properties.${column}`))
  if (forbidden !== undefined && !map) throw new ColumnMapError(`the column ${forbidden || '""'} needs another name`)
  return header.map((column) => ({ column, target: map ? map.columns[column] : defaultTarget(column) }))
}

/** Reads a record: its message, or what is wrong with it. */
export type ReadRecord = (values: readonly string[]) => { message: Fields } | { problem: string }

/**
 * Makes what reads the records under a header. An empty value is none.
 * @throws ColumnMapError for a header and a map that do not fit each other
 */
export function createRecordReader(header: readonly string[], map?: ColumnMap): ReadRecord {
  const columns = columnsOf(header, map)
  return (values) => {
    if (values.length !== columns.length)
      return { problem: `has ${values.length} values, and the first line names ${columns.length}` }
    const message: { [field: string]: unknown } = {}
    for (const [field, value] of Object.entries(map?.constants ?? {})) place(message, field, value)
    const others: { [name: string]: unknown } = {}
    for (const [index, { column, target }] of columns.entries()) {
      const value = values[index] as string
      if (value === '') continue
      if (!target && map) continue
      const name = (target?.field ?? column).replace(/^\w+\./, '')
      const converted = convert(name, value, target?.as ?? 'auto')
      if (converted === undefined) return { problem: `has no ${String(target?.as)} in the column ${column}` }
      if (target) place(message, target.field, converted)
      else others[column] = converted
    }
    if (Object.keys(others).length > 0) {
      const around = /^(identify|group)$/.test(String(message['type'])) ? 'traits' : 'properties'
      message[around] = { ...others, ...fieldsOf(message[around]) }
    }
    return { message }
  }
}
