import type { SinceDefinition } from './definition.ts'
import { heldMs, LAST_MS } from './instant.ts'
import type { Kind } from './kind.ts'

const SECOND_MS = 1_000

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
    const seconds = bounds.flatMap((bound) => [Math.ceil(bound), Math.floor(bound) + 1]).filter((second) => second > 0)
    const instants = seconds.map((second) => state + second * SECOND_MS).filter((atMs) => atMs > nowMs)
    return instants.length === 0 ? undefined : Math.min(...instants)
  },
  maxBytes: () => String(LAST_MS).length,
}
