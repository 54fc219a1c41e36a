import type { SinceDefinition } from './definition.ts'
import { heldMs, LAST_MS } from './instant.ts'
import type { Kind } from './kind.ts'

const SECOND_MS = 1_000

/** Finds the place of the first number that is not less. */
function firstFrom(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < least) low = middle + 1
    else high = middle
  }
  return low
}

/** Whole seconds since the latest event; missing if there was none, 0 if it lies in the future. */
export const since: Kind<SinceDefinition, number> = {
  version: 1,
  empty: 0,
  step: (_definition, state, { atMs }) => Math.max(state, heldMs(atMs)),
  merge: (_definition, a, b) => Math.max(a, b),
  value: (_definition, state, nowMs) =>
    state === 0 ? undefined : Math.max(Math.floor((nowMs - state) / SECOND_MS), 0),
  // It changes each second, which changes a comparison with N only as it becomes N, and as it becomes more.
  changesAtMs(_definition, state, nowMs, bounds) {
    if (state === 0) return undefined
    const second = Math.max(Math.floor((nowMs - state) / SECOND_MS), 0)
    const bound = bounds[firstFrom(bounds, second)]
    if (bound === undefined) return undefined
    return state + (Math.ceil(bound) > second ? Math.ceil(bound) : second + 1) * SECOND_MS
  },
  costNs: 100,
  maxBytes: () => String(LAST_MS).length,
}
