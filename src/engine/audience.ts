import type { Json } from '../protocol/index.ts'
import { type Attribute, isSingle } from './attribute.ts'
import { createAttributeTable, type NumberedAttribute, type PlacedFeature } from './attribute-table.ts'
import type { Catalog } from './catalog.ts'
import { type CompileRegex, noRegex } from './compile-regex.ts'
import { type Check, compileCondition, type ConditionScope, type Reader } from './condition.ts'
import { ConditionError, type Path } from './condition-error.ts'
import { isFeature } from './feature-attribute.ts'
import { type Frame, type FrameSize, NO, UNASKED, YES } from './frame.ts'
import { finish, type Steps } from './steps.ts'
import { isOfTv, LOOK_NS } from './tv/tv-attribute.ts'

/** An audience ready to be asked. */
export interface Audience extends Check<Frame> {
  name: string
  /** Attributes that it names itself. */
  attributes: readonly Attribute[]
  /** Audiences that it names itself. */
  audiences: readonly Audience[]
  /** Longest chain of audiences that name each other, this one included. */
  depth: number
}

/** The most audiences that ask through each other: each is a call in a call while a decision is made. */
const MAX_DEPTH = 64
const TOO_DEEP = `more than ${MAX_DEPTH} audiences ask through each other`

/** The parts of a catalog that are read; experiences may be absent while its audiences alone are checked. */
type AudienceSource = Pick<Catalog, 'audiences' | 'groups' | 'features' | 'tv'> & Partial<Pick<Catalog, 'experiences'>>

/** A catalog's audiences. */
export interface Audiences {
  /**
   * The audience of that name.
   * @param path where it is named. @throws ConditionError also for what is wrong with the audience itself
   */
  get(name: Json, path: Path): Audience
  /** All that has been read by now, by number. */
  attributes(): Attribute[]
  /** Features that are declared, and those that are written in what has been compiled by now. */
  features(): PlacedFeature[]
  /** Of a frame for all that has been compiled by now. */
  size(): FrameSize
}

/** The audiences that several experiences or audiences name, numbered: the others are asked once anyway. */
function* numberShared({ audiences, experiences = [] }: AudienceSource): Steps<Map<string, number>> {
  const seen = new Set<Json | undefined>()
  const shared = new Map<string, number>()
  const count = (name: Json | undefined): void => {
    if (typeof name === 'string' && seen.has(name) && !shared.has(name)) shared.set(name, shared.size)
    seen.add(name)
  }
  for (const { audience } of experiences) {
    count(audience)
    yield
  }
  const countNamed = (key: string, value: Json): Json => {
    if (key === '$audience') count(value)
    return value
  }
  for (const condition of Object.values(audiences)) {
    JSON.stringify(condition, countNamed)
    yield
  }
  return shared
}

/** Asks at most once in a frame. */
function once(ask: Check<Frame>['holds'], place: number): Check<Frame>['holds'] {
  return (frame) => {
    const known = frame.audiences[place]
    if (known !== UNASKED) return known === YES
    const answer = ask(frame)
    frame.audiences[place] = answer ? YES : NO
    return answer
  }
}

function resultOf(compile: () => Audience): Audience | ConditionError {
  try {
    return compile()
  } catch (error) {
    if (error instanceof ConditionError) return error
    throw error
  }
}

function depthOver(audiences: ReadonlySet<Audience>, path: Path): number {
  const depth = [...audiences].reduce((most, audience) => Math.max(most, audience.depth), 0) + 1
  if (depth > MAX_DEPTH) throw new ConditionError(TOO_DEEP, path)
  return depth
}

/** Compiles audiences when they are asked for. */
export function* createAudiences(source: AudienceSource, compileRegex: CompileRegex = noRegex): Steps<Audiences> {
  const { audiences, groups = {} } = source
  const shared = yield* numberShared(source)
  const compiled = new Map<string, Audience | ConditionError>()
  const table = createAttributeTable(source, { compileRegex })

  function scopeOf(trail: readonly string[], attributes: Attribute[], named: Set<Audience>): ConditionScope<Frame> {
    const readerOf = ({ attribute, number }: NumberedAttribute): Reader<Frame> => {
      attributes.push(attribute)
      return {
        number,
        isSingle: isSingle(attribute),
        readNs: isFeature(attribute) ? attribute.costNs : isOfTv(attribute) ? LOOK_NS : 0,
        read: attribute.read,
      }
    }
    return {
      group(name) {
        const group = Object.hasOwn(groups, name) ? groups[name] : undefined
        if (!group) throw new TypeError(`unknown group ${name}: add it under groups`)
        return group
      },
      regex: compileRegex,
      reader: (name, path, operand) => readerOf(table.named(name, path, operand)),
      done(operand, path) {
        const { comparison, ...numbered } = table.done(operand, path)
        return { reader: readerOf(numbered), comparison }
      },
      onTv: (name, operand, path) => readerOf(table.onTv(name, operand, path)),
      audience(name, path) {
        const found = find(name, path, trail)
        named.add(found)
        return found
      },
    }
  }

  function compileAudience(name: string, trail: readonly string[]): Audience {
    const attributes: Attribute[] = []
    const named = new Set<Audience>()
    const path = ['audiences', name]
    const check = compileCondition(audiences[name] as Json, path, scopeOf([...trail, name], attributes, named))
    const own = { name, attributes, audiences: [...named], depth: depthOver(named, path) }
    const number = shared.get(name)
    if (number === undefined) return { ...check, ...own }
    const { holds, fails, failure, costNs } = check
    return { ...own, holds: once(holds, 2 * number), fails: once(fails, 2 * number + 1), failure, costNs }
  }

  function find(name: Json, path: Path, trail: readonly string[]): Audience {
    if (typeof name !== 'string' || !Object.hasOwn(audiences, name)) {
      throw new ConditionError(`unknown audience ${String(name)}: add it under audiences`, path)
    }
    if (trail.includes(name)) {
      const cycle = [...trail.slice(trail.indexOf(name)), name].join(' -> ')
      throw new ConditionError(`an audience that asks for itself: ${cycle}`, path)
    }
    const known =
      compiled.get(name) ?? (trail.length < MAX_DEPTH ? attempt(name, trail) : new ConditionError(TOO_DEEP, path))
    if (known instanceof ConditionError) throw known
    return known
  }

  function attempt(name: string, trail: readonly string[]): Audience | ConditionError {
    const audience = resultOf(() => compileAudience(name, trail))
    compiled.set(name, audience)
    return audience
  }

  return {
    get: (name, path) => find(name, path, []),
    attributes: table.all,
    features: table.features,
    size: () => ({ audiences: shared.size, ...table.size() }),
  }
}

/** All that audiences read, those that they name included. */
export function* readsOf(audiences: Iterable<Audience>): Steps<Attribute[]> {
  // A set that grows while it is gone through: each audience is met once, whoever names it.
  const reached = new Set(audiences)
  const reads: Attribute[] = []
  for (const { attributes, audiences: named } of reached) {
    for (const audience of named) reached.add(audience)
    reads.push(...attributes)
    yield
  }
  return reads
}

/** Everything that is wrong with a catalog's audiences, each mistake once. */
export function audienceFlaws(
  catalog: Pick<Catalog, 'audiences' | 'groups' | 'features' | 'tv'>,
  compileRegex?: CompileRegex,
): ConditionError[] {
  const audiences = finish(createAudiences(catalog, compileRegex))
  const flaws = new Set<ConditionError>()
  for (const name of Object.keys(catalog.audiences)) {
    try {
      audiences.get(name, ['audiences', name])
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      flaws.add(error)
    }
  }
  return [...flaws]
}
