import { parse } from 'yaml'
import { type Fields, fieldsOf } from '../ingest/as-meant.ts'

/** Kinds of values; `auto` is what a value looks like. */
const KINDS = ['auto', 'text', 'number', 'boolean', 'json'] as const

/** Kind of a column's values. */
export type ValueKind = (typeof KINDS)[number]

/** Destination of a column. */
export interface Target {
  /** A field of the message, or one of its `properties` or `traits`. */
  field: string
  as: ValueKind
}

/** A brand's own words on a CSV file. */
export interface ColumnMap {
  /** By the column's name; columns that are not named are left out. */
  columns: { readonly [column: string]: Target }
  /** Fields that all rows have, and that no column gives. */
  constants: Fields
  delimiter?: string
}

/** A map that cannot be used. */
export class ColumnMapError extends Error {
  override readonly name = 'ColumnMapError'
}

/** Fields of a message that a column may give. */
export const MESSAGE_FIELDS = [
  ...['type', 'event', 'name', 'userId', 'anonymousId', 'previousId', 'groupId', 'messageId'],
  ...['timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'properties', 'traits', 'context'],
]

/** Keys that reach an object's prototype, which no service takes. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** True for a field of a message, and for a name among its properties or traits. */
export function isField(field: string): boolean {
  const [, name] = /^(?:properties|traits)\.(.+)$/.exec(field) ?? []
  return name === undefined ? MESSAGE_FIELDS.includes(field) : !FORBIDDEN.has(name)
}

function targetOf(column: string, value: unknown): Target {
  const { field, as = 'auto' } = typeof value === 'string' ? { field: value } : (fieldsOf(value) ?? {})
  if (typeof field !== 'string' || !isField(field))
    throw new ColumnMapError(
      `columns.${column}: must be ${MESSAGE_FIELDS.slice(0, 8).join(', ')}, timestamp, properties.NAME, traits.NAME or such`,
    )
  if (!KINDS.includes(as as ValueKind)) throw new ColumnMapError(`columns.${column}.as: must be ${KINDS.join(', ')}`)
  return { field, as: as as ValueKind }
}

function read(text: string): Fields {
  try {
    return fieldsOf(parse(text, { logLevel: 'error' })) ?? {}
  } catch (cause) {
    throw new ColumnMapError(`is neither YAML nor JSON: ${(cause as Error).message.split('\n')[0] ?? ''}`, { cause })
  }
}

/**
 * Reads a map.
 * @throws ColumnMapError
 */
export function parseColumnMap(text: string): ColumnMap {
  const { columns, constants = {}, delimiter, ...others } = read(text)
  const [other] = Object.keys(others)
  if (other !== undefined) throw new ColumnMapError(`${other}: there are columns, constants and delimiter`)
  const [given, fixed] = [fieldsOf(columns), fieldsOf(constants)]
  if (!given || Object.keys(given).length === 0) throw new ColumnMapError('columns: must name at least one')
  const wrong = Object.keys(fixed ?? { constants }).find((field) => !isField(field))
  if (!fixed || wrong !== undefined) throw new ColumnMapError(`constants.${String(wrong)}: is no field of a message`)
  if (delimiter !== undefined && (typeof delimiter !== 'string' || !/^[^"\r\n]$/.test(delimiter)))
    throw new ColumnMapError('delimiter: must be one character, and no quote')
  const targets = Object.entries(given).map(([column, value]) => [column, targetOf(column, value)] as const)
  return { columns: Object.fromEntries(targets), constants: fixed, ...(delimiter === undefined ? {} : { delimiter }) }
}
