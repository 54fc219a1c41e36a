import { MAX_BODY_BYTES } from 'prepaint/protocol'
import type { Validator } from '../validate.ts'
import { HttpError } from './errors.ts'
import { repeatedKey } from './repeated-key.ts'

/** Keys that reach an object's prototype when a body is merged or assigned somewhere; spelt out or escaped. */
const SUSPECT = /__proto__|constructor|\\u/

/** Largest body with a key, in bytes: Segment's own limit for a batch. */
export const MAX_KEYED_BODY_BYTES = 512_000

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

function poisonedPlace(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, child] of Object.entries(value)) {
    const place = `${path}/${key}`
    const isPrototype = key === 'constructor' && Object.hasOwn(Object(child) as object, 'prototype')
    if (key === '__proto__' || isPrototype) return place
    const deeper = poisonedPlace(child, place)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

/**
 * Parses a request's body. Some routes read more than `MAX_BODY_BYTES`, but only of who has a key.
 * @throws HttpError for text that is too large, no JSON, nested too deeply, names a prototype or says twice what is allowed.
 */
export function parseBody(text: string, hasKey: boolean): unknown {
  if (!hasKey && Buffer.byteLength(text) > MAX_BODY_BYTES) throw new HttpError('body_too_large')
  if (isTooDeep(text)) throw new HttpError('body_too_deep')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HttpError('body_invalid', 'the body is no JSON', { cause })
  }
  const twice = repeatedKey(text)
  if (twice !== undefined) throw new HttpError('body_invalid', `/${twice}: stands twice in one object`)
  const place = SUSPECT.test(text) ? poisonedPlace(value, '') : undefined
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
