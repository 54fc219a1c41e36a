import { ATTRIBUTE_NAMES, type Condition, TV_CONDITION_NAMES, TV_DAYPART, tvConditionFields } from 'prepaint/engine'
import { SLOT_NAME } from 'prepaint/protocol'
import { type Static, type TSchema, Type } from 'typebox'
import { feature } from './feature-schema.ts'
import { goal } from './goal-schema.ts'
import { operation } from './operation-schema.ts'
import { tv } from './tv-schema.ts'

const closed = { additionalProperties: false }

/** Names of sites, audiences, experiences and variants: they travel in keys, cookies and log lines. */
const NAME = '^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$'
const INSTANT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$'

/** A width in CSS px. */
const WIDTH = '^(0|[1-9]\\d{0,4})$'

const name = (description: string) => Type.String({ pattern: NAME, description })
const instant = (description: string) => Type.String({ pattern: INSTANT, description })
const flag = (description: string) => Type.Optional(Type.Boolean({ description }))
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })
const word = (description: string) => Type.String({ minLength: 1, maxLength: 2_000, description })
const origin = Type.String({ maxLength: 300 })

function byName<Value extends TSchema>(pattern: string, value: Value, description: string, minProperties = 0) {
  const least = minProperties > 0 ? { minProperties } : {}
  return Type.Record(Type.String({ pattern }), value, { ...closed, ...least, description })
}

const variant = Type.Object(
  {
    id: name("The variant's id, in decisions, events and reports."),
    weight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'Share of the visitors; all variants together 100, or 1. Without weights: equal shares.',
      }),
    ),
    range: Type.Optional(
      Type.Unsafe<[number, number]>({
        type: 'array',
        items: { type: 'number', minimum: 0, maximum: 1 },
        minItems: 2,
        maxItems: 2,
        description:
          'The stretch of the line from 0 to 1 whose visitors get this variant, instead of weights and coverage.',
      }),
    ),
    do: Type.Optional(
      Type.Array(operation, {
        maxItems: 50,
        description: 'What to change in the slot; without it this is the control.',
      }),
    ),
    redirect: Type.Optional(
      word('Address to go to instead of the page: a path, or an address of the own or listed origins.'),
    ),
  },
  closed,
)

const namespace = Type.Object(
  {
    id: name("The namespace's name."),
    from: share('Where the part begins that this experience has.'),
    until: share('Where it ends.'),
  },
  { ...closed, description: 'Experiences whose parts of one namespace do not overlap never share a visitor.' },
)

const cap = Type.Object(
  {
    times: Type.Integer({ minimum: 1, maximum: 1_000, description: 'Most showings to one visitor.' }),
    hours: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 8_760,
        description: 'Within so many hours; without it: ever. With it, times is at most 10.',
      }),
    ),
  },
  { ...closed, description: 'How often one visitor is shown this at most.' },
)

const experience = Type.Object(
  {
    id: name("The experience's id, in decisions, events and reports."),
    slot: Type.String({ description: 'The slot it is for.' }),
    audience: Type.Optional(Type.String({ description: 'Who it is for; without it everybody.' })),
    priority: Type.Optional(
      Type.Integer({
        minimum: -1_000,
        maximum: 1_000,
        description: "Higher comes first in the slot, then the file's order; default 0.",
      }),
    ),
    enabled: flag('false switches it off from the next decision on.'),
    strict: flag('true: never painted from a cache, so that switching it off shows at the next view.'),
    from: Type.Optional(instant('First instant, such as 2026-03-01T00:00:00+01:00.')),
    until: Type.Optional(instant('First instant at which it no longer runs.')),
    coverage: Type.Optional(share('Share of the audience that takes part; default 1.')),
    seed: Type.Optional(word('Salt of the assignment; default the id. A new one assigns everybody anew.')),
    namespace: Type.Optional(namespace),
    cap: Type.Optional(cap),
    sticky: flag(
      'true: a visitor keeps the first variant, though weights, ranges, coverage or namespace have changed since.',
    ),
    variants: Type.Array(variant, {
      minItems: 1,
      maxItems: 100,
      description: 'The alternatives, of which each visitor gets one.',
    }),
  },
  closed,
)

const slot = Type.Object(
  {
    selector: Type.Optional(word('CSS selector, for a page whose markup cannot carry data-pp-slot.')),
    strict: flag('true: never painted from a cache.'),
    live: flag(
      'true: it may be swapped after the page was painted, at the times of what is on TV. Its variants have the height of the original.',
    ),
    reserve: Type.Optional(
      byName(
        WIDTH,
        Type.Number({ exclusiveMinimum: 0, maximum: 20_000 }),
        "Room that the slot keeps whatever it shows: least block size (height, as a rule) by least width of the viewport, in CSS px; it stands in the snippet's style sheet.",
        1,
      ),
    ),
  },
  closed,
)

const holdout = Type.Object(
  { share: share('Share of the visitors.'), seed: word('Salt of their choice; a new one chooses anew.') },
  {
    ...closed,
    description: 'Visitors who are shown no experience at all, so that all of them together can be measured.',
  },
)

const groupMember = Type.Unsafe<string | number>({ type: ['string', 'number'] })

function catalogWith(condition: ReturnType<typeof Type.Unsafe<Condition>>) {
  return Type.Object(
    {
      site: name("The site's name; the tag says it too."),
      origins: Type.Array(origin, {
        minItems: 1,
        maxItems: 1_000,
        description: 'Origins whose pages may ask, such as https://www.shop.example.',
      }),
      redirects: Type.Optional(
        Type.Array(origin, { maxItems: 1_000, description: 'Origins beyond these that a redirect may lead to.' }),
      ),
      prefix: Type.Optional(
        Type.String({
          pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,31}$',
          description: 'Begins the names of cookies and storage keys; default pp.',
        }),
      ),
      cacheMinutes: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 525_600,
          description: 'How long a browser may paint an answer from its cache; default 1440.',
        }),
      ),
      consentCategories: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
          minItems: 1,
          maxItems: 50,
          description:
            "Categories of a consent platform that messages of Segment's clients must allow, if they say something of consent; default: all that they name.",
        }),
      ),
      executableAttributes: flag(
        'true: data attributes may be set that libraries run, such as data-hx-get or data-bind; default false.',
      ),
      holdout: Type.Optional(holdout),
      groups: Type.Optional(
        byName(NAME, Type.Array(groupMember, { maxItems: 10_000 }), 'Lists that $inGroup and $notInGroup name.'),
      ),
      features: Type.Optional(byName(NAME, feature, "What is known of a visitor's events, by name.")),
      goals: Type.Optional(byName(NAME, goal, 'Events that experiences are to bring about, by name.')),
      tv: Type.Optional(tv),
      slots: byName(SLOT_NAME.source, slot, 'Places in the page, by name.'),
      audiences: Type.Optional(byName(NAME, condition, 'Conditions, by name.')),
      experiences: Type.Optional(
        Type.Array(experience, { maxItems: 10_000, description: 'Within a slot the first that fits wins.' }),
      ),
    },
    closed,
  )
}

/** The shape of a catalog file; what its parts mean to each other is checked by `readCatalog`. */
export const catalogSchema = catalogWith(
  // The engine's own compiler judges what is in it.
  Type.Unsafe<Condition>({ type: 'object' }),
)

/** A catalog file as its author wrote it. */
export type CatalogFile = Static<typeof catalogSchema>

/** An experience as its author wrote it. */
export type ExperienceEntry = Static<typeof experience>

/** One variant as its author wrote it. */
export type VariantEntry = Static<typeof variant>

const conditions = { type: 'array', items: { $ref: '#/$defs/condition' } }

/** An event that a visitor did, in an editor's schema. */
const did = {
  type: 'object',
  properties: {
    event: { type: 'string', minLength: 1 },
    where: { type: 'object' },
    within: { type: 'string' },
    atLeast: { type: 'integer', minimum: 1 },
    atMost: { type: 'integer', minimum: 0 },
  },
  required: ['event'],
  additionalProperties: false,
}

/** Conditions on TV, in an editor's schema. */
const onTv = Object.fromEntries(
  TV_CONDITION_NAMES.map((name) => [
    name,
    {
      type: 'object',
      properties: Object.fromEntries(tvConditionFields(name).map((field) => [field, { type: 'string', minLength: 1 }])),
      additionalProperties: false,
    },
  ]),
)

/** Conditions in an editor's schema; the compiler reports mistakes in them more precisely. */
const condition = {
  type: 'object',
  properties: {
    ...Object.fromEntries([...ATTRIBUTE_NAMES, TV_DAYPART].map((attribute) => [attribute, {}])),
    ...onTv,
    $and: conditions,
    $or: conditions,
    $nor: conditions,
    $not: { $ref: '#/$defs/condition' },
    $audience: { type: 'string' },
    $did: did,
  },
  patternProperties: { '^(traits|events|features)\\..': {} },
  additionalProperties: false,
}

/** The JSON Schema of catalog files, for editors. */
export const publishedSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Prepaint catalog',
  ...catalogWith(Type.Unsafe<Condition>({ $ref: '#/$defs/condition' })),
  $defs: { condition },
}
