import { TV_SOURCES } from 'prepaint/engine'
import { type Static, Type } from 'typebox'
import { createValidator } from '../validate.ts'

const closed = { additionalProperties: false }

/** Names in conditions and keys: one line of text. */
const name = Type.String({ minLength: 1, maxLength: 200 })

/** From 1970 to 2100, in ms: what lies beyond is a mistake of units. */
const instant = Type.Integer({ minimum: 0, maximum: 4_102_444_800_000 })

const time = { fromMs: instant, toMs: instant }

const airing = Type.Object(
  { ...time, programme: name, title: name, genres: Type.Optional(Type.Array(name, { maxItems: 20 })) },
  closed,
)

const spotAiring = Type.Object(
  {
    ...time,
    spot: name,
    brand: Type.Optional(name),
    product: Type.Optional(name),
    areas: Type.Optional(Type.Array(name, { maxItems: 300 })),
    isCancelled: Type.Optional(Type.Literal(true)),
  },
  closed,
)

/** Most items of one kind in a statement. */
export const MAX_STATEMENT_ITEMS = 500

const list = { maxItems: MAX_STATEMENT_ITEMS }

/** A statement of a source on a feed. */
export const statement = Type.Object(
  {
    feed: name,
    source: Type.Enum([...TV_SOURCES]),
    range: Type.Optional(Type.Object(time, closed)),
    airings: Type.Optional(Type.Array(airing, list)),
    breaks: Type.Optional(Type.Array(Type.Object(time, closed), list)),
    spots: Type.Optional(Type.Array(spotAiring, list)),
  },
  closed,
)

/** An order that switches TV off or on. */
export const tvSwitch = Type.Object(
  { scope: Type.Enum(['all', 'feed', 'spot']), name: Type.Optional(name), isOff: Type.Boolean() },
  closed,
)

/** Most switches of a body. */
export const MAX_SWITCHES = 100

/** Statements and switches, as a record of the log and a body of `POST /v1/tv` have them. */
export const tvContent = Type.Object({
  statements: Type.Array(statement, { maxItems: 500 }),
  // A spot is switched by all its numbers.
  switches: Type.Optional(Type.Array(tvSwitch, { maxItems: 201 * MAX_SWITCHES })),
})

/** Statements and switches. */
export type TvContent = Static<typeof tvContent>

const validator = createValidator(tvContent)

/** Longest airing, in ms: one that lasts longer makes each look-up go through all that began since. */
const DAY_MS = 86_400_000

interface Time {
  fromMs: number
  toMs: number
}

/** Returns the reason why something says nothing of TV that can be kept; undefined if it can. */
export function tvContentFlaw(value: unknown): string | undefined {
  if (!validator.accepts(value)) {
    const [flaw] = validator.flaws(value)
    return flaw ? `/${flaw.path.join('/')}: ${flaw.message}` : 'is no list of statements'
  }
  const isWrong = ({ fromMs, toMs }: Time, mostMs: number): boolean => toMs < fromMs || toMs - fromMs > mostMs
  const index = value.statements.findIndex(
    ({ range, airings = [], breaks = [], spots = [] }) =>
      [range ?? { fromMs: 0, toMs: 0 }].some((one) => isWrong(one, Infinity)) ||
      airings.some((one) => isWrong(one, DAY_MS)) ||
      breaks.some((one) => isWrong(one, DAY_MS / 4)) ||
      spots.some((one) => isWrong(one, DAY_MS / 24)),
  )
  return index < 0
    ? undefined
    : `/statements/${index}: something ends before it begins, or lasts longer than a programme (24 h), a break (6 h) or a spot (1 h) can`
}
