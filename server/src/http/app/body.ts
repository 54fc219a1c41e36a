import type { Validator } from '../../validate.ts'
import { HttpError } from './errors.ts'
import { repeatedKey } from './repeated-key.ts'

/** Largest body with a key, in bytes: Segment's own limit for a batch. */
export const MAX_KEYED_BODY_BYTES = 512_000

/** Largest question, in bytes: the tag's are smaller, and sixteen who send larger ones would make everybody wait. */
export const MAX_QUESTION_BYTES = 8_192

/** Nesting at which no body is parsed; how much of it is too much to be taken, each route says. */
const MAX_PARSED_DEPTH = 64

/** Bounds of a body's text. */
export interface BodyBounds {
  maxValues: number
  maxDepth: number
}

const WIDEST: BodyBounds = { maxValues: Infinity, maxDepth: MAX_PARSED_DEPTH }

/**
 * Finds the end of the text that begins at `start` with its quote: by the engine's own search, not character by
 * character.
 */
function endOfText(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end > 0) {
    let escapes = 0
    while (json.charCodeAt(end - 1 - escapes) === 0x5c) escapes++
    // An even number of them escape each other.
    if (escapes % 2 === 0) return end
    end = json.indexOf('"', end + 1)
  }
  return json.length
}

/**
 * Checks nesting and values of a JSON text without parsing: a parser would already have recursed. Returns the number of keys.
 * @throws HttpError for what is beyond its bounds.
 */
function checkShape(text: string, { maxValues, maxDepth }: BodyBounds): number {
  let depth = 0
  let values = 1
  let keys = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = endOfText(text, index)
    else if (code === 0x3a) keys++
    else if (code === 0x2c) values++
    else if (code === 0x7b || code === 0x5b) depth++
    else if (code === 0x7d || code === 0x5d) depth--
    if (depth > maxDepth) throw new HttpError('body_too_deep')
    if (values > maxValues) throw new HttpError('body_invalid', `/: must have no more than ${maxValues} values`)
  }
  return keys
}

/** True for a key that reaches an object's prototype when a body is merged or assigned somewhere. */
function reachesPrototype(key: string, child: unknown): boolean {
  return key === '__proto__' || (key === 'constructor' && Object.hasOwn(Object(child) as object, 'prototype'))
}

/** Counts the keys of a value; one that reaches a prototype makes them `NaN`. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const isList = Array.isArray(value)
  const fields = value as { [key: string]: unknown }
  let keys = 0
  for (const key in fields) {
    const child = fields[key]
    if (!isList) keys += reachesPrototype(key, child) ? NaN : 1
    if (typeof child === 'object') keys += countKeys(child)
  }
  return keys
}

/** Returns the path of a key that reaches a prototype. The path is built only if there is one: a body has many keys. */
function poisonedPlace(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as { [key: string]: unknown }
  for (const key in fields) {
    const child = fields[key]
    if (reachesPrototype(key, child)) return `/${key}`
    const deeper = poisonedPlace(child)
    if (deeper !== undefined) return `/${key}${deeper}`
  }
  return undefined
}

/**
 * Parses the text of a request's body.
 * @throws HttpError for text that is no JSON, nested too deeply, names a prototype or says twice what is allowed.
 */
export function parseBody(text: string, bounds = WIDEST): unknown {
  const keys = checkShape(text, bounds)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HttpError('body_invalid', 'the body is no JSON', { cause })
  }
  // All keys of the text are there, and none of them is one that does harm: nearly always.
  if (countKeys(value) === keys) return value
  const twice = repeatedKey(text)
  if (twice !== undefined) throw new HttpError('body_invalid', `/${twice}: stands twice in one object`)
  const place = poisonedPlace(value)
  if (place !== undefined) throw new HttpError('body_invalid', `${place}: this key is not allowed`)
  return value
}

/**
 * The body as the type that its route takes.
 * @throws HttpError with the place of the first flaw.
 */
export function checkBody<Value>(validator: Validator<Value>, body: unknown): Value {
  if (validator.accepts(body)) return body
  const [flaw] = validator.flaws(body)
  throw new HttpError('body_invalid', flaw && `/${flaw.path.join('/')}: ${flaw.message}`)
}
