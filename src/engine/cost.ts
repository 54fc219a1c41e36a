import type { Audience } from './audience.ts'
import type { CompiledCatalog, CompiledExperience, CompiledSlot } from './compiled.ts'
import { LOOK_NS } from './tv/tv-attribute.ts'

/** Cost of a request, as far as the catalog determines it. */
export interface CatalogCost {
  /** In µs. */
  totalUs: number
  /** The audiences, the dearest first. */
  audiences: { name: string; costUs: number }[]
}

/** A place for an attribute's value, which each decision empties first. */
const VALUE_NS = 2

/** Trying an experience and bucketing its visitor; measured like the costs of operators. */
const EXPERIENCE_NS = 100

function audiencesOf(experiences: readonly CompiledExperience[]): Set<Audience> {
  return new Set(experiences.flatMap(({ audience }) => audience ?? []))
}

/** Returns the cost of trying all experiences of a list. */
function listCostNs(experiences: readonly CompiledExperience[]): number {
  return [...audiencesOf(experiences)].reduce((sum, { costNs }) => sum + costNs, experiences.length * EXPERIENCE_NS)
}

/** The dearest of the lists that may be looked up, and the list of those that are always tried. */
function slotCostNs({ index }: CompiledSlot): number {
  let dearest = 0
  for (const list of index.byText.values()) dearest = Math.max(dearest, listCostNs(list))
  return dearest + listCostNs(index.others)
}

/**
 * Bounds the cost of a decision: every candidate of every slot is tried and nothing fails early, on texts of 256
 * characters and lists of 32 items (of 256 if they are short). A pattern costs the most that its compiler says it may
 * take.
 * @example
 * ```ts
 * const { totalUs, audiences } = cost(compiled)
 * console.log(totalUs, audiences[0]?.name)
 * ```
 */
export function cost({ slots, size }: CompiledCatalog): CatalogCost {
  const features = new Set(slots.flatMap((slot) => slot.features))
  const looks = new Set(slots.flatMap(({ tv }) => tv)).size
  const valuesNs = [...features].reduce((sum, { costNs }) => sum + costNs, VALUE_NS * size.values + LOOK_NS * looks)
  const audiences = audiencesOf(slots.flatMap(({ index }) => [...index.byText.values(), index.others].flat()))
  const totalNs = slots.reduce((sum, slot) => sum + slotCostNs(slot), valuesNs)
  const sorted = [...audiences].sort((one, other) => other.costNs - one.costNs)
  return {
    totalUs: totalNs / 1_000,
    audiences: sorted.map(({ name, costNs }) => ({ name, costUs: costNs / 1_000 })),
  }
}
