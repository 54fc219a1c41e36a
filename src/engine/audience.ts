import type { Json } from '../protocol/index.ts'
import { type Attribute, parseAttribute } from './attribute.ts'
import type { Catalog } from './catalog.ts'
import { type Check, compileCondition, type ConditionScope } from './condition.ts'
import { ConditionError, type Path } from './condition-error.ts'
import { FAILS, type Frame, type FrameSize, HOLDS, UNKNOWN } from './frame.ts'

/** An audience ready to be asked. */
export interface Audience extends Check<Frame> {
  name: string
  /** Attributes that it reads, those of the audiences that it names included. */
  reads: ReadonlySet<Attribute>
}

/**
 * Compiles a pattern to a test that takes time linear in the text, because texts come from visitors.
 * @throws when it is no such pattern; the message is shown to the catalog's author.
 */
export type CompileRegex = (pattern: string, ignoresCase: boolean) => (text: string) => boolean

/** What is read of a catalog, which may lack experiences while its audiences alone are checked. */
type AudienceSource = Pick<Catalog, 'audiences' | 'groups'> & Partial<Pick<Catalog, 'experiences'>>

/** A catalog's audiences. */
export interface Audiences {
  /**
   * The audience of that name.
   * @param path where it is named. @throws ConditionError also for what is wrong with the audience itself
   */
  get(name: Json, path: Path): Audience
  /** Of a frame for all that has been compiled by now. */
  size(): FrameSize
}

/** The audiences that several experiences or audiences name, numbered: the others are asked once anyway. */
function numberShared({ audiences, experiences = [] }: AudienceSource): Map<string, number> {
  const seen = new Set<Json | undefined>()
  const shared = new Map<string, number>()
  const note = (name: Json | undefined): void => {
    if (typeof name === 'string' && seen.has(name) && !shared.has(name)) shared.set(name, shared.size)
    seen.add(name)
  }
  for (const { audience } of experiences) note(audience)
  JSON.stringify(audiences, (key, value: Json) => {
    if (key === '$audience') note(value)
    return value
  })
  return shared
}

/** Evaluates an audience at most once in a frame. */
function once(evaluate: Check<Frame>['holds'], number: number): Check<Frame>['holds'] {
  return (frame) => {
    const known = frame.audiences[number]
    if (known !== UNKNOWN) return known === HOLDS
    const holds = evaluate(frame)
    frame.audiences[number] = holds ? HOLDS : FAILS
    return holds
  }
}

function numberOf(name: string, numbers: Map<string, number>): number {
  const number = numbers.get(name) ?? numbers.size
  numbers.set(name, number)
  return number
}

function noRegex(): never {
  throw new TypeError('regular expressions are not available here')
}

/** Compiles audiences when they are asked for. */
export function createAudiences(source: AudienceSource, compileRegex: CompileRegex = noRegex): Audiences {
  const { audiences, groups = {} } = source
  const shared = numberShared(source)
  const compiled = new Map<string, Audience | ConditionError>()
  const numbers = new Map<string, number>()

  function scopeOf(trail: readonly string[], reads: Set<Attribute>): ConditionScope<Frame> {
    return {
      group(name) {
        const group = Object.hasOwn(groups, name) ? groups[name] : undefined
        if (!group) throw new TypeError(`unknown group ${name}: add it under groups`)
        return group
      },
      regex: compileRegex,
      reader(name, path) {
        const attribute = parseAttribute(name)
        if (!attribute) throw new ConditionError(`unknown attribute ${name}`, path)
        reads.add(attribute)
        return { number: numberOf(name, numbers), read: attribute.read }
      },
      audience(name, path) {
        const found = find(name, path, trail)
        for (const attribute of found.reads) reads.add(attribute)
        return found
      },
    }
  }

  function compileAudience(name: string, trail: readonly string[]): Audience {
    const reads = new Set<Attribute>()
    const check = compileCondition(audiences[name] as Json, ['audiences', name], scopeOf([...trail, name], reads))
    const number = shared.get(name)
    if (number === undefined) return { ...check, name, reads }
    const { failure, costNs } = check
    return { name, reads, holds: once(check.holds, number), failure, costNs }
  }

  function find(name: Json, path: Path, trail: readonly string[]): Audience {
    if (typeof name !== 'string' || !Object.hasOwn(audiences, name)) {
      throw new ConditionError(`unknown audience ${String(name)}: add it under audiences`, path)
    }
    if (trail.includes(name)) {
      const cycle = [...trail.slice(trail.indexOf(name)), name].join(' -> ')
      throw new ConditionError(`an audience that asks for itself: ${cycle}`, path)
    }
    const known = compiled.get(name) ?? attempt(name, trail)
    if (known instanceof ConditionError) throw known
    return known
  }

  function attempt(name: string, trail: readonly string[]): Audience | ConditionError {
    try {
      const audience = compileAudience(name, trail)
      compiled.set(name, audience)
      return audience
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      compiled.set(name, error)
      return error
    }
  }

  return { get: (name, path) => find(name, path, []), size: () => ({ audiences: shared.size, values: numbers.size }) }
}

/** Everything that is wrong with a catalog's audiences, each mistake once. */
export function audienceFlaws(catalog: Pick<Catalog, 'audiences' | 'groups'>, compileRegex?: CompileRegex): ConditionError[] {
  const audiences = createAudiences(catalog, compileRegex)
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
