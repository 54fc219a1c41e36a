import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { Settings } from 'typebox/system'

// A catalog's author wants to see all mistakes at once; the default is 8.
Settings.Set({ maxErrors: 100 })

/** One thing that is wrong with a value. */
export interface Flaw {
  /** Keys and indexes that lead to it. */
  path: string[]
  message: string
  /** True when the last key itself is what is wrong. */
  isKey: boolean
}

/** A schema made ready for use. */
export interface Validator<Value> {
  accepts(value: unknown): value is Value
  /** All that is wrong with a value that is not accepted, in the order of the schema. */
  flaws(value: unknown): Flaw[]
}

interface SchemaError {
  keyword: string
  instancePath: string
  params: object
  message: string
}

/** Messages better than the validator's own. */
const messages: { [keyword: string]: (params: { [name: string]: unknown }, key: string) => string } = {
  boolean: (_params, key) => `unknown or invalid name ${key}`,
  enum: ({ allowedValues }) => `must be one of ${(allowedValues as unknown[]).join(', ')}`,
  required: ({ requiredProperties }) => `lacks ${(requiredProperties as string[]).join(', ')}`,
}

function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function flawOf({ keyword, instancePath, params, message }: SchemaError): Flaw {
  const say = messages[keyword]
  const path = keysOf(instancePath)
  return {
    path,
    message: say ? say(params as { [name: string]: unknown }, path.at(-1) ?? '') : message,
    isKey: keyword === 'boolean',
  }
}

/** Compiles a schema, once. Values are taken as they are: nothing is coerced, filled in or removed. */
export function createValidator<Schema extends TSchema>(schema: Schema): Validator<Static<Schema>> {
  const compiled = Compile(schema)
  return {
    accepts: (value): value is Static<Schema> => compiled.Check(value),
    flaws(value) {
      const [, errors] = compiled.Errors(value)
      // Each unknown field is reported twice, by itself and by its parent; the first names the place.
      return errors.filter(({ keyword }) => keyword !== 'additionalProperties').map(flawOf)
    },
  }
}

/** True when objects and lists lie in each other more than `levels` deep; a text or number is no level. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((child) => isDeeperThan(child, levels - 1))
  // Without a list of the keys' values, which takes most of the time in a body of many small objects.
  const fields = value as { [key: string]: unknown }
  for (const key in fields) if (isDeeperThan(fields[key], levels - 1)) return true
  return false
}
