import type { JsonObject } from 'prepaint/protocol'
import { Type } from 'typebox'
import { MAX_MESSAGE_ID_LENGTH, MAX_NAME_LENGTH } from './as-meant.ts'

const base = {
  messageId: Type.String({ minLength: 1, maxLength: MAX_MESSAGE_ID_LENGTH }),
  timestamp: Type.String({ maxLength: 40 }),
}

/** Names become keys of a profile's counts; `__proto__` is a key that is none. */
const eventName = Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: '^(?!__proto__$)' })
const jsonObject = Type.Unsafe<JsonObject>({ type: 'object' })

/** A `track` event as it may arrive. */
export const trackEvent = Type.Object({
  ...base,
  type: Type.Literal('track'),
  event: eventName,
  properties: Type.Optional(jsonObject),
})

/** A `page` event as it may arrive. */
export const pageEvent = Type.Object({
  ...base,
  type: Type.Literal('page'),
  name: Type.Optional(Type.String({ maxLength: MAX_NAME_LENGTH })),
  properties: Type.Optional(jsonObject),
})

/** The brand's own ids of persons and groups. */
export const brandId = Type.String({ minLength: 1, maxLength: 200 })

/** An `identify` event as it may arrive. */
export const identifyEvent = Type.Object({
  ...base,
  type: Type.Literal('identify'),
  userId: Type.Optional(brandId),
  traits: Type.Optional(jsonObject),
})

/** A `group` event as it may arrive. */
export const groupEvent = Type.Object({
  ...base,
  type: Type.Literal('group'),
  groupId: brandId,
  traits: Type.Optional(jsonObject),
})

/** An `alias` event as it may arrive. */
export const aliasEvent = Type.Object({
  ...base,
  type: Type.Literal('alias'),
  previousId: brandId,
  userId: brandId,
})
