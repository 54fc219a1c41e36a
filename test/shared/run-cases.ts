// Runs the table of cases against an engine. It is plain code on the engine's public functions, so that a browser can run
// it too, with its types taken off.
import type { compile, CompileOptions, decide, DecideContext } from '../../src/engine/index.ts'

/** The two functions that every case goes through. */
export interface Engine {
  compile: typeof compile
  decide: typeof decide
}

/** One case, which is decided when it is asked. */
export interface Case {
  name: string
  expected: unknown
  actual(): unknown
}

/** Result of a case. */
export interface Result {
  name: string
  expected: unknown
  actual: unknown
}

/** `cases.json`. What a decision's catalog and context leave out is filled in below. */
export interface Cases {
  specVersion: string
  hash: [seed: string, visitorId: string, place: number][]
  namespace: [id: string, visitorId: string, place: number][]
  ranges: [name: string, weights: number[], coverage: number, ranges: [number, number][]][]
  choice: [name: string, position: number, ranges: [number, number][], index: number][]
  condition: [name: string, condition: object, traits: object, holds: boolean][]
  attribute: [name: string, condition: object, context: object, holds: boolean][]
  decision: { name: string; catalog: object; context: object; expected: { [slot: string]: object } }[]
}

type Catalog = Parameters<typeof compile>[0]
type Outcome = ReturnType<typeof decide>[number]

const PAGE = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' }
const GROUPS = { vip: ['user-1', 'user-2'], ids: [7, 8], nobody: [] }
const WEEK_MS = 604_800_000
const FEATURES = {
  views: { id: 'views', definition: { kind: 'count', event: 'Product Viewed', withinMs: WEEK_MS } },
  spent: { id: 'spent', definition: { kind: 'sum', event: 'Order Completed', of: 'total', withinMs: WEEK_MS } },
  since: { id: 'since', definition: { kind: 'since', event: 'Product Viewed' } },
  first: { id: 'first', definition: { kind: 'first', event: 'Signed Up', of: 'source' } },
  last: { id: 'last', definition: { kind: 'last', event: 'Product Viewed', of: 'size' } },
  different: {
    id: 'different',
    definition: { kind: 'distinct', event: 'Product Viewed', of: 'id', withinMs: WEEK_MS },
  },
  favourite: {
    id: 'favourite',
    definition: { kind: 'top', event: 'Product Viewed', of: 'category', halfLifeMs: WEEK_MS },
  },
  bought: { id: 'bought', definition: { kind: 'ever', event: 'Order Completed' } },
  visit: { id: 'visit', definition: { kind: 'session', timeoutMs: 1_800_000 } },
} as const
const AUDIENCES = {
  nobody: { 'traits.nothing': 'at all' },
  buyers: { 'events.Order Completed': { $gte: 1 } },
  mobile: { 'page.device': 'mobile' },
  desktop: { 'page.device': 'desktop' },
  spring: { 'page.campaign': 'spring' },
  'mobile-spring': { $and: [{ $audience: 'mobile' }, { $audience: 'spring' }] },
}
const ALONE = [{ id: 'a', weight: 1, operations: [{ op: 'text', value: 'A' }] }]

function catalogOf(parts: object): Catalog {
  const { audiences = {}, experiences = [], ...rest } = parts as Partial<Catalog>
  return {
    version: 'v',
    site: 'shop',
    slots: [{ name: 'hero' }],
    groups: GROUPS,
    features: FEATURES,
    audiences: { ...AUDIENCES, ...audiences },
    experiences: experiences.map((experience) => ({
      ...{ slot: 'hero', coverage: 1, seed: experience.id },
      ...experience,
    })),
    ...rest,
  }
}

function summaryOf({ reason, experience, variant, changesAtMs, uses, isStrict }: Outcome): object {
  return {
    reason,
    ...(experience ? { experience: experience.id } : {}),
    ...(variant ? { variant: variant.id } : {}),
    ...(variant?.redirect === undefined ? {} : { redirect: variant.redirect }),
    ...(changesAtMs === undefined ? {} : { changesAtMs }),
    ...(uses === undefined ? {} : { uses }),
    ...(isStrict ? { isStrict } : {}),
  }
}

/** Every case of the table. */
export function casesOf({ compile, decide }: Engine, table: Cases, options: CompileOptions): Case[] {
  const run = (parts: object, context: object): { [slot: string]: object } => {
    const full = { page: PAGE, nowMs: 0, ...context } as DecideContext
    const outcomes = decide(compile(catalogOf(parts), options), full)
    return Object.fromEntries(outcomes.map((outcome) => [outcome.slot.name, summaryOf(outcome)]))
  }
  const isMatch = (experience: object, parts: object, context: object): boolean => {
    const experiences = [{ id: 'e', variants: ALONE, ...experience }]
    return JSON.stringify(run({ experiences, ...parts }, context)['hero']).includes('"match"')
  }
  const holds = (condition: object, context: object): boolean =>
    isMatch({ audience: 'case' }, { audiences: { case: condition } }, context)
  // A place is where a range of one step has the visitor.
  const isAt = (place: number, steps: number, experience: (from: number, until: number) => object, visitorId: string) =>
    isMatch(experience(place, Math.round(place * steps + 1) / steps), {}, { visitorId })

  return [
    ...table.hash.map(([seed, visitorId, place]) => ({
      name: `hash of ${seed} and ${visitorId}`,
      expected: true,
      actual: () => isAt(place, 10_000, (...range) => ({ seed, variants: [{ ...ALONE[0], range }] }), visitorId),
    })),
    ...table.namespace.map(([id, visitorId, place]) => ({
      name: `namespace ${id} of ${visitorId}`,
      expected: true,
      actual: () => isAt(place, 1_000, (from, until) => ({ namespace: { id, from, until } }), visitorId),
    })),
    ...table.condition.map(([name, condition, traits, expected]) => ({
      name,
      expected,
      actual: () => holds(condition, { visitor: { traits, events: {}, pageViews: 0 } }),
    })),
    ...table.attribute.map(([name, condition, context, expected]) => ({
      name,
      expected,
      actual: () => holds(condition, context),
    })),
    ...table.decision.map(({ name, catalog, context, expected }) => ({
      name,
      expected,
      actual: () => run(catalog, context),
    })),
  ]
}

/** Every case of the table, with what the engine made of it. */
export function runCases(engine: Engine, table: Cases, options: CompileOptions): Result[] {
  return casesOf(engine, table, options).map(({ name, expected, actual }) => ({ name, expected, actual: actual() }))
}
