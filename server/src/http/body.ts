import type { Validator } from '../validate.ts'
import { HttpError } from './errors.ts'
import { repeatedKey } from './repeated-key.ts'

/** Keys that reach an object's prototype when a body is merged or assigned somewhere; spelt out or escaped. */
const SUSPECT = /__proto__|constructor|\\u/

/** Largest body with a key, in bytes: Segment's own limit for a batch. */
export const MAX_KEYED_BODY_BYTES = 512_000

/** Largest question, in bytes: the tag's are smaller, and sixteen who send larger ones would make everybody wait. */
export const MAX_QUESTION_BYTES = 8_192

/** Nesting at which no body is parsed; how much of it is too much to be taken, each route says. */
const MAX_PARSED_DEPTH = 64

/** Nesting of the JSON text, seen without parsing: a parser would already have recursed. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let isString = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isString) {
      if (code === 0x5c) index++
      else if (code === 0x22) isString = false
    } else if (code === 0x22) isString = true
    else if (code === 0x7b || code === 0x5b) {
      depth++
      if (depth > MAX_PARSED_DEPTH) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

/** Where a key stands that reaches a prototype. The place is written down only when there is one: a body has many keys. */
function poisonedPlace(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as { [key: string]: unknown }
  for (const key in fields) {
    const child = fields[key]
    const isPrototype = key === 'constructor' && Object.hasOwn(Object(child) as object, 'prototype')
    if (key === '__proto__' || isPrototype) return `/${key}`
    const deeper = poisonedPlace(child)
    if (deeper !== undefined) return `/${key}${deeper}`
  }
  return undefined
}

/**
 * Parses the text of a request's body.
 * @throws HttpError for text that is no JSON, nested too deeply, names a prototype or says twice what is allowed.
 */
export function parseBody(text: string): unknown {
  if (isTooDeep(text)) throw new HttpError('body_too_deep')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HttpError('body_invalid', 'the body is no JSON', { cause })
  }
  const twice = repeatedKey(text)
  if (twice !== undefined) throw new HttpError('body_invalid', `/${twice}: stands twice in one object`)
  const place = SUSPECT.test(text) ? poisonedPlace(value) : undefined
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
