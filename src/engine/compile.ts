import type { PageFact } from '../protocol/index.ts'
import type { Catalog, Experience } from './catalog.ts'
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
  vary: PageFact[]
  events: string[]
}

/** A catalog ready to decide. */
export interface CompiledCatalog {
  version: string
  site: string
  slots: CompiledSlot[]
}

interface CompiledAudience {
  test: Test
  reads: Attribute[]
}

const PAGE_FACTS: readonly string[] = ['path', 'campaign', 'referrer'] satisfies PageFact[]

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
  const slots = catalog.slots.map(({ name, selector }): CompiledSlot => {
    const own = catalog.experiences.filter(({ slot }) => slot === name)
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
      vary: keysRead(reads, 'page').filter(isPageFact),
      events: keysRead(reads, 'events'),
    }
  })
  return { version: catalog.version, site: catalog.site, slots }
}
