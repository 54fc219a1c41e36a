import type { Json } from '../../protocol/index.ts'
import { ConditionError, type Path } from '../condition-error.ts'
import { tvDurationMs } from './duration.ts'
import type { TvQuery } from './look.ts'
import type { TvModel } from './model.ts'
import type { Occurrence } from './occurrence.ts'
import { placementSpan } from './placement.ts'

/** Name of a condition that asks the timeline. */
export type TvConditionName = 'tv.airing.now' | 'tv.spot.aired' | 'tv.spot.next' | 'tv.placement.now'

/** Names of the conditions that ask the timeline, each with its fields; those after the bar may be absent. */
const FIELDS = {
  'tv.airing.now': { of: ['programme', 'genre', 'channel', 'feed'], times: ['offset'] },
  'tv.spot.aired': { of: ['spot', 'brand', 'product'], times: ['within', 'offset'] },
  'tv.spot.next': { of: ['spot', 'brand', 'product'], times: ['within', 'offset'] },
  'tv.placement.now': { of: ['product'], times: ['offset'] },
} as const satisfies { readonly [Name in TvConditionName]: unknown }

/** Names of the conditions that ask the timeline. */
export const TV_CONDITION_NAMES = Object.keys(FIELDS) as readonly TvConditionName[]

/**
 * Returns the fields that a condition may have.
 * @example
 * ```ts
 * tvConditionFields('tv.placement.now') // ['product', 'offset']
 * ```
 */
export function tvConditionFields(name: TvConditionName): string[] {
  return [...FIELDS[name].of, ...FIELDS[name].times]
}

type Fields = { readonly [name: string]: string }

/**
 * Returns true for the name of a condition that asks the timeline.
 * @example
 * ```ts
 * isTvCondition('tv.spot.aired') // true
 * isTvCondition('page.path') // false
 * ```
 */
export function isTvCondition(name: string): name is TvConditionName {
  return Object.hasOwn(FIELDS, name)
}

function fieldsOf(name: TvConditionName, operand: Json, path: Path): Fields {
  const { of, times } = FIELDS[name]
  const known: readonly string[] = [...of, ...times]
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand))
    throw new ConditionError(`expected what to look for: one of ${of.join(', ')}`, path)
  for (const [field, value] of Object.entries(operand)) {
    if (!known.includes(field))
      throw new ConditionError(`unknown field ${field}: one of ${known.join(', ')}`, [...path, field])
    if (typeof value !== 'string' || value === '') throw new ConditionError('expected a text', [...path, field])
  }
  const fields = operand as Fields
  if (!of.some((field) => fields[field] !== undefined))
    throw new ConditionError(`say what to look for: one of ${of.join(', ')}`, path)
  return fields
}

function durationOf(fields: Fields, field: string, path: Path): number | undefined {
  if (fields[field] === undefined) return undefined
  const ms = tvDurationMs(fields[field])
  if (ms === undefined) throw new ConditionError('expected a time such as 30s, 5m or 2h, up to 24h', [...path, field])
  return ms
}

function withinOf(fields: Fields, path: Path): number {
  const ms = durationOf(fields, 'within', path)
  if (ms) return ms
  throw new ConditionError('say within which time, such as within: 5m', path)
}

/** Spots that fit all that a condition says of them. */
function spotsMeant({ spots }: TvModel, { spot, brand, product }: Fields): [name: string, ids: readonly string[]][] {
  return Object.entries(spots)
    .filter(
      ([name, of]) =>
        (spot === undefined || name === spot) &&
        (brand === undefined || of.brand === brand) &&
        (product === undefined || of.product === product),
    )
    .map(([name, { ids = [] }]) => [name, ids])
}

/** Asks for spots: those of the catalog by name and number, and those of which a source itself names brand or product. */
function spotQuery(model: TvModel, fields: Fields, path: Path): Pick<TvQuery, 'lists' | 'isMeant'> {
  const { spot, brand, product } = fields
  const meant = spotsMeant(model, fields)
  if (spot !== undefined && meant.length === 0)
    throw new ConditionError(
      Object.hasOwn(model.spots, spot)
        ? `spot ${spot} is of another brand or product`
        : `unknown spot ${spot}: add it under tv.spots`,
      [...path, 'spot'],
    )
  const ofSpots = meant.map(([name, ids]) => ({ name, keys: [name, ...ids].map((id) => `spot:${id}`) }))
  const named = product !== undefined ? `product:${product}` : `brand:${brand as string}`
  const isNamed = (occurrence: Occurrence): boolean =>
    (brand === undefined || occurrence.brand === undefined || occurrence.brand === brand) &&
    (product === undefined || occurrence.product === undefined || occurrence.product === product)
  return {
    lists(airings) {
      // Also under a number that the spot did not have when it was switched off.
      const keys = ofSpots.flatMap((of) => (airings.isSpotOff(of.name) ? [] : of.keys))
      return (spot === undefined ? [...keys, named] : keys).map((key) => airings.of(key))
    },
    isMeant: isNamed,
  }
}

function feedsMeant({ feeds }: TvModel, { channel, feed }: Fields, path: Path): string[] | undefined {
  if (channel === undefined && feed === undefined) return undefined
  const found = Object.entries(feeds)
    .filter(([name, of]) => (feed === undefined || name === feed) && (channel === undefined || of.channel === channel))
    .map(([name, { of = name }]) => of)
  if (found.length > 0) return [...new Set(found)]
  const field = feed === undefined ? 'channel' : 'feed'
  throw new ConditionError(`no feed is of ${field} ${(feed ?? channel) as string}: see tv.feeds`, [...path, field])
}

function airingQuery(model: TvModel, fields: Fields, path: Path): TvQuery {
  const { programme, genre } = fields
  const feeds = feedsMeant(model, fields, path)
  const key = programme === undefined ? `genre:${(genre ?? '').toLowerCase()}` : `programme:${programme}`
  const isByFeed = programme === undefined && genre === undefined
  return {
    lists: (airings) => (isByFeed ? (feeds ?? []).map((feed) => airings.airingsOf(feed)) : [airings.of(key)]),
    isMeant: (occurrence) =>
      (feeds === undefined || feeds.includes(occurrence.feed)) &&
      (programme === undefined || genre === undefined || occurrence.genres?.includes(genre.toLowerCase()) === true),
    spans: ({ fromMs, toMs }) => [[fromMs, toMs]],
    beforeMs: 0,
    afterMs: 0,
  }
}

function placementQuery({ placements }: TvModel, { product }: Fields, path: Path): TvQuery {
  const meant = placements.filter((placement) => placement.product === product)
  if (meant.length === 0)
    throw new ConditionError(`no placement of ${product as string}: add one under tv.placements`, [...path, 'product'])
  const programmes = [...new Set(meant.map(({ programme }) => programme))]
  return {
    lists: (airings) => programmes.map((programme) => airings.of(`programme:${programme}`)),
    spans: (airing, airings) =>
      meant
        .filter(({ programme }) => programme === airing.programme)
        .map((placement) => placementSpan(placement, airing, airings)),
    beforeMs: 0,
    afterMs: Math.max(...meant.map(({ atMs, durationMs }) => 2 * (atMs + durationMs))),
  }
}

/**
 * Compiles a condition on TV to a question for the timeline.
 * @throws ConditionError with its place
 */
export function compileTvCondition(name: TvConditionName, operand: Json, path: Path, model: TvModel): TvQuery {
  const fields = fieldsOf(name, operand, path)
  const delayMs = durationOf(fields, 'offset', path)
  const offset = delayMs === undefined ? {} : { delayMs }
  switch (name) {
    case 'tv.airing.now':
      return { ...airingQuery(model, fields, path), ...offset }
    case 'tv.placement.now':
      return { ...placementQuery(model, fields, path), ...offset }
    case 'tv.spot.aired': {
      const withinMs = withinOf(fields, path)
      const spans: TvQuery['spans'] = ({ fromMs }) => [[fromMs, fromMs + withinMs]]
      return { ...spotQuery(model, fields, path), spans, beforeMs: 0, afterMs: withinMs, ...offset }
    }
    case 'tv.spot.next': {
      const withinMs = withinOf(fields, path)
      const spans: TvQuery['spans'] = ({ fromMs }) => [[fromMs - withinMs, fromMs]]
      return { ...spotQuery(model, fields, path), spans, beforeMs: withinMs, afterMs: 0, ...offset }
    }
  }
}
