import type { Condition } from 'prepaint/engine'
import { SLOT_NAME } from 'prepaint/protocol'
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }

/** Names of sites, audiences, experiences and variants: they travel in keys, cookies and log lines. */
const NAME = '^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$'
const name = Type.String({ pattern: NAME })
const text = Type.String({ maxLength: 100_000 })
const word = Type.String({ minLength: 1, maxLength: 2_000 })
const wordOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 2_000 })
const instant = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' })

/** The engine's own compiler judges what is in it. */
const condition = Type.Unsafe<Condition>({ type: 'object' })

/** One item of a variant's `do`: exactly one of these. */
const operation = Type.Object(
  {
    text: Type.Optional(text),
    html: Type.Optional(text),
    attribute: Type.Optional(Type.Object({ name: word, value: wordOrNull }, closed)),
    class: Type.Optional(
      Type.Object({ add: Type.Optional(Type.Array(word)), remove: Type.Optional(Type.Array(word)) }, closed),
    ),
    style: Type.Optional(Type.Object({ name: word, value: word }, closed)),
    background: Type.Optional(word),
    image: Type.Optional(Type.Object({ src: word, srcset: Type.Optional(word), alt: Type.Optional(text) }, closed)),
  },
  { ...closed, minProperties: 1, maxProperties: 1 },
)

const variant = Type.Object(
  {
    id: name,
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    do: Type.Optional(Type.Array(operation, { maxItems: 50 })),
  },
  closed,
)

const experience = Type.Object(
  {
    id: name,
    slot: Type.String(),
    audience: Type.Optional(Type.String()),
    from: Type.Optional(instant),
    until: Type.Optional(instant),
    coverage: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    seed: Type.Optional(word),
    variants: Type.Array(variant, { minItems: 1, maxItems: 100 }),
  },
  closed,
)

function byName<Value extends Parameters<typeof Type.Record>[1]>(pattern: string, value: Value) {
  return Type.Record(Type.String({ pattern }), value, closed)
}

/** The shape of a catalog file; what its parts mean to each other is checked by `readCatalog`. */
export const catalogSchema = Type.Object(
  {
    site: name,
    origins: Type.Array(Type.String({ maxLength: 300 }), { minItems: 1 }),
    prefix: Type.Optional(Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,31}$' })),
    cacheMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 525_600 })),
    slots: byName(SLOT_NAME.source, Type.Object({ selector: Type.Optional(word) }, closed)),
    audiences: Type.Optional(byName(NAME, condition)),
    experiences: Type.Optional(Type.Array(experience, { maxItems: 10_000 })),
  },
  closed,
)

/** A catalog file as its author wrote it. */
export type CatalogFile = Static<typeof catalogSchema>

/** An experience as its author wrote it. */
export type ExperienceEntry = Static<typeof experience>

/** One item of a variant's `do`. */
export type OperationEntry = Static<typeof operation>
