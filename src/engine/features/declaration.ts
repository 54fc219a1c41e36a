import type { Json } from '../../protocol/index.ts'
import type { Condition } from '../condition.ts'
import { ConditionError, type Path } from '../condition-error.ts'
import { canonicalJson } from './canonical.ts'
import type { Feature, FeatureDefinition, Selection } from './definition.ts'
import { durationMs } from './duration.ts'
import { type AnyKind, KIND_NAMES, type KindName, kindOf } from './kinds.ts'
import { sha256Hex } from './sha256.ts'

/** A feature as a catalog's author writes it: a definition with durations such as `30m`, `12h` or `7d`. */
export interface FeatureDeclaration {
  /** Name of the kind. */
  kind: string
  /** Name of the event; page views are `pp:page`. */
  event?: string
  /** Condition on the event's properties. */
  where?: Condition
  /** `server`: events that came with the server key alone. */
  from?: string
  /** The property; names of nested ones are joined by dots. */
  of?: string
  /** Length of the window. */
  within?: string
  /** Time in which an event loses half of its weight. */
  halfLife?: string
  /** Time without an event after which a session is over. */
  timeout?: string
}

/** Lists that conditions name. */
export type Groups = NonNullable<FeatureDefinition['groups']>

type Field = Exclude<keyof FeatureDeclaration, 'kind' | 'where' | 'from'>

const DURATIONS: { readonly [Name in Field]?: string } = {
  within: 'withinMs',
  halfLife: 'halfLifeMs',
  timeout: 'timeoutMs',
}

/** Fields of each kind; `where` and `from` are every kind's, and those after the bar may be absent. */
const FIELDS = {
  count: 'event within',
  sum: 'event of within',
  since: 'event',
  first: 'event of',
  last: 'event of',
  distinct: 'event of within',
  top: 'event of halfLife',
  ever: 'event',
  session: 'timeout|event',
} satisfies { readonly [Name in KindName]: string }

const ALL_FIELDS: readonly Field[] = ['event', 'of', 'within', 'halfLife', 'timeout']

/** Longest definition, in bytes as canonical JSON: the log holds each of them in each of its files. */
const MAX_DEFINITION_BYTES = 8_192

/** Longest text of a field. */
const MAX_TEXT = 200

/** Digits of an id: 64 bits. */
const ID_LENGTH = 16

/** @throws ConditionError for what is no text of a field. */
export function textField(value: unknown, path: Path): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT) return value
  throw new ConditionError(`expected a text of 1 to ${MAX_TEXT} characters`, path)
}

/** @throws ConditionError for what is no duration. */
export function durationField(value: unknown, path: Path): number {
  const ms = durationMs(value)
  if (ms === undefined) throw new ConditionError('expected a time such as 30m, 12h or 7d, from 1m to 400d', path)
  return ms
}

/** Groups that a condition names, each without repetitions and in one order, so that their order in the catalog changes no id. */
function groupsNamed(condition: Json, groups: Groups, named: Groups = {}): Groups {
  if (typeof condition !== 'object' || condition === null) return named
  for (const [key, part] of Object.entries(condition)) {
    const isName = (key === '$inGroup' || key === '$notInGroup') && typeof part === 'string'
    if (!isName) groupsNamed(part, groups, named)
    else if (Object.hasOwn(groups, part)) named[part] = inOrder(groups[part] as Groups[string])
  }
  return named
}

function inOrder(members: Groups[string]): Groups[string] {
  return [...new Map(members.map((member) => [JSON.stringify(member), member])).entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, member]) => member)
}

/** The events that a declaration selects, but for their name. */
export function selectionOf(
  declaration: Pick<FeatureDeclaration, 'where' | 'from'>,
  path: Path,
  groups: Groups,
): Omit<Selection, 'event'> {
  return { ...fromOf(declaration, path), ...whereOf(declaration, path, groups) }
}

function whereOf(
  { where }: Pick<FeatureDeclaration, 'where'>,
  path: Path,
  groups: Groups,
): Pick<FeatureDefinition, 'where' | 'groups'> {
  if (where === undefined) return {}
  if (typeof where !== 'object' || where === null || Array.isArray(where))
    throw new ConditionError('expected a condition', [...path, 'where'])
  if (Object.keys(where).length === 0) return {}
  const named = groupsNamed(where, groups)
  return Object.keys(named).length === 0 ? { where } : { where, groups: named }
}

function fromOf({ from }: Pick<FeatureDeclaration, 'from'>, path: Path): Pick<FeatureDefinition, 'from'> {
  if (from === undefined) return {}
  if (from !== 'server')
    throw new ConditionError('expected server, or nothing for events from everybody', [...path, 'from'])
  return { from }
}

function fieldsOf(declaration: FeatureDeclaration, path: Path): [name: string, value: Json][] {
  const { kind } = declaration
  const [needed = [], optional = []] = FIELDS[kind as KindName].split('|').map((names) => names.split(' '))
  return ALL_FIELDS.flatMap((name): [string, Json][] => {
    const value = declaration[name]
    const at = [...path, name]
    if (value === undefined) {
      if (needed.includes(name)) throw new ConditionError(`a feature of kind ${kind} lacks ${name}`, path)
      return []
    }
    if (!needed.includes(name) && !optional.includes(name))
      throw new ConditionError(`a feature of kind ${kind} takes no ${name}`, at)
    const duration = DURATIONS[name]
    return [duration === undefined ? [name, textField(value, at)] : [duration, durationField(value, at)]]
  })
}

/**
 * Turns a declaration into a feature. Its id is a hash of what it means: two declarations that differ in their spelling alone (the
 * order of keys, `24h` for `1d`) are one feature.
 * @param declaration as the catalog's author wrote it
 * @param path of it in the catalog
 * @param groups lists of the catalog: those that `where` names become part of the definition
 * @throws ConditionError with its place
 * @example
 * ```ts
 * import { declareFeature } from 'prepaint/engine'
 *
 * const shoes = declareFeature(
 *   { kind: 'count', event: 'Product Viewed', where: { category: 'shoes' }, within: '7d' },
 *   ['features', 'shoes'],
 * )
 * console.log(shoes.definition) // with withinMs: 604_800_000
 * ```
 */
export function declareFeature(declaration: FeatureDeclaration, path: Path, groups: Groups = {}): Feature {
  const { kind } = declaration
  const known = kindOf(kind)
  if (!known) throw new ConditionError(`unknown kind ${kind}: one of ${KIND_NAMES.join(', ')}`, [...path, 'kind'])
  const fields = Object.fromEntries(fieldsOf(declaration, path))
  const definition = {
    kind,
    ...fields,
    ...selectionOf(declaration, path, groups),
  } as FeatureDefinition
  return featureOf(definition, known, path)
}

/**
 * Makes the id of a definition: a hash of what it says.
 * @throws ConditionError for one that is too long
 */
export function idOf(definition: Json, path: Path): string {
  const text = canonicalJson(definition)
  if (text.length > MAX_DEFINITION_BYTES) {
    const message = `the definition has more than ${MAX_DEFINITION_BYTES} bytes with the groups that it names: let the page send the property that tells them apart`
    throw new ConditionError(message, path)
  }
  return sha256Hex(text).slice(0, ID_LENGTH)
}

function featureOf(definition: FeatureDefinition, { version }: AnyKind, path: Path): Feature {
  return { id: idOf({ definition, version } as unknown as Json, path), definition }
}
