import type { FirstDefinition } from './definition.ts'
import { heldMs } from './instant.ts'
import type { Kind } from './kind.ts'
import { compareMoments, type Moment, MOMENT_BYTES, momentOf } from './moment.ts'

function earlier(a: Moment, b: Moment): Moment {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  return compareMoments(b, a) < 0 ? b : a
}

/** Value of a property in the first event that has it. */
export const first: Kind<FirstDefinition, Moment> = {
  version: 1,
  empty: [],
  step({ of }, state, event) {
    const [firstMs = Infinity] = state
    return firstMs < heldMs(event.atMs) ? state : earlier(state, momentOf(event, of))
  },
  merge: (_definition, a, b) => earlier(a, b),
  value: (_definition, state) => state[2],
  changesAtMs: () => undefined,
  costNs: 100,
  maxBytes: () => MOMENT_BYTES,
}
