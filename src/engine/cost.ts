import type { Audience } from './audience.ts'
import type { CompiledCatalog, CompiledExperience, CompiledSlot } from './compile.ts'

/** What a request costs at most, as far as the catalog decides it. */
export interface CatalogCost {
  /** In µs. */
  totalUs: number
  /** The audiences, the dearest first. */
  audiences: { name: string; costUs: number }[]
}

/** Trying an experience and bucketing its visitor. */
const EXPERIENCE_NS = 100

function audiencesOf(experiences: readonly CompiledExperience[]): Set<Audience> {
  return new Set(experiences.flatMap(({ audience }) => audience ?? []))
}

function sumOf(audiences: Iterable<Audience>): number {
  return [...audiences].reduce((sum, { costNs }) => sum + costNs, 0)
}

/** The dearest of the lists that a request may have to try. */
function slotCostNs({ index }: CompiledSlot): number {
  const lists = [[], ...index.byText.values()].map((list) => [...list, ...index.others])
  return Math.max(...lists.map((list) => sumOf(audiencesOf(list)) + list.length * EXPERIENCE_NS))
}

/**
 * An upper bound of what a decision costs: every candidate of every slot is tried, nothing fails early. It stands on
 * measured costs of each operator, on texts of 256 characters and lists of 32 items.
 */
export function cost({ slots }: CompiledCatalog): CatalogCost {
  const audiences = audiencesOf(slots.flatMap(({ index }) => [index.others, ...index.byText.values()].flat()))
  const totalNs = slots.reduce((sum, slot) => sum + slotCostNs(slot), 0)
  const sorted = [...audiences].sort((one, other) => other.costNs - one.costNs)
  return {
    totalUs: totalNs / 1_000,
    audiences: sorted.map(({ name, costNs }) => ({ name, costUs: costNs / 1_000 })),
  }
}
