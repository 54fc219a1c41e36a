import type { PageFact } from '../protocol/index.ts'
import type { Catalog, Experience, Holdout } from './catalog.ts'
import { compileCondition, ConditionError, type Test } from './condition.ts'
import type { Attribute } from './context.ts'

/** An experience ready to be tried. */
export interface CompiledExperience {
  experience: Experience
  test: Test
  weights: number[]
  /** True when visitors are split, so that an id is needed. */
  splits: boolean
}

/** A slot with its experiences in order, and what its decision depends on. */
export interface CompiledSlot {
  name: string
  selector?: string
  experiences: CompiledExperience[]
  /** True when no decision for it may be painted from a cache. */
  isStrict: boolean
  /** Page facts that its audiences read. */
  vary: PageFact[]
  /** Names of events that its audiences read. */
  events: string[]
}

/** A catalog ready to decide. */
export interface CompiledCatalog {
  version: string
  site: string
  slots: CompiledSlot[]
  holdout?: Holdout
}

/** What only the host of the engine can give. */
export interface CompileOptions {
  /** Absent: `$regex` and `$regexi` are refused. */
  compileRegex?: CompileRegex
}

/**
 * Compiles a pattern to a test that takes time linear in the text, because texts come from visitors.
 * @throws when it is no such pattern; the message is shown to the catalog's author.
 */
export type CompileRegex = (pattern: string, ignoresCase: boolean) => (text: string) => boolean

interface CompiledAudience {
  test: Test
  reads: Attribute[]
}

const PAGE_FACTS: readonly string[] = ['path', 'campaign', 'referrer', 'source', 'medium', 'term', 'content', 'click'] satisfies PageFact[]

function isPageFact(key: string): key is PageFact {
  return PAGE_FACTS.includes(key)
}

const everybody: CompiledAudience = { test: () => true, reads: [] }

function compileAudience(catalog: Catalog, name: string): CompiledAudience {
  const reads: Attribute[] = []
  const test = compileCondition(catalog.audiences[name], ['audiences', name], (attribute) => reads.push(attribute))
  return { test, reads }
}

function keysRead(reads: Attribute[], source: Attribute['source']): string[] {
  return [...new Set(reads.filter((attribute) => attribute.source === source).map(({ key }) => key))].sort()
}

/**
 * Turns a valid catalog into closures, once, at publish time.
 * @throws ConditionError for a condition that cannot be compiled, with its path in the catalog.
 */
export function compile(catalog: Catalog): CompiledCatalog {
  const audiences = new Map(Object.keys(catalog.audiences).map((name) => [name, compileAudience(catalog, name)]))
  const audienceOf = ({ audience, id }: Experience): CompiledAudience => {
    if (audience === undefined) return everybody
    const compiled = audiences.get(audience)
    if (!compiled) throw new ConditionError(`unknown audience ${audience}`, ['experiences', id, 'audience'])
    return compiled
  }
  const slots = catalog.slots.map(({ name, selector, strict = false }): CompiledSlot => {
    const own = catalog.experiences
      .filter(({ slot }) => slot === name)
      .sort((one, other) => (other.priority ?? 0) - (one.priority ?? 0))
    const reads = own.flatMap((experience) => audienceOf(experience).reads)
    return {
      name,
      ...(selector === undefined ? {} : { selector }),
      experiences: own.map((experience) => ({
        experience,
        test: audienceOf(experience).test,
        weights: experience.variants.map(({ weight }) => weight),
        splits: experience.variants.length > 1 || experience.coverage < 1,
      })),
      isStrict: strict,
      vary: keysRead(reads, 'page').filter(isPageFact),
      events: keysRead(reads, 'events'),
    }
  })
  const { version, site, holdout } = catalog
  return { version, site, slots, ...(holdout ? { holdout } : {}) }
}
