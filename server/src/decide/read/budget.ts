import type { ProfileStore } from '../../stores/store.ts'

/** Time for a store on the spot, in ms. */
const BASE_MS = 8

/** Longest budget that follows from a distance, in ms: a page that waits longer is better off without the profile. */
export const MAX_BUDGET_MS = 40

/** The budget for a store that is so far away. */
export function budgetOver(distanceMs: number): number {
  return Math.min(MAX_BUDGET_MS, BASE_MS + distanceMs)
}

/** The longest that a decision waits for a profile now, in ms: as it is set, or as the store is far away. */
export function createBudget(budgetMs: number | 'auto', { regions }: ProfileStore): () => number {
  return budgetMs === 'auto' ? () => budgetOver(regions?.distanceMs ?? 0) : () => budgetMs
}
