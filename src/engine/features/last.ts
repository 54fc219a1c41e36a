import type { LastDefinition } from './definition.ts'
import type { Kind } from './kind.ts'
import { compareMoments, type Moment, MOMENT_BYTES, momentOf } from './moment.ts'

function later(a: Moment, b: Moment): Moment {
  return compareMoments(b, a) > 0 ? b : a
}

/** Value of a property in the latest event that has it. */
export const last: Kind<LastDefinition, Moment> = {
  version: 1,
  empty: [],
  step: ({ of }, state, event) => later(state, momentOf(event, of)),
  merge: (_definition, a, b) => later(a, b),
  value: (_definition, state) => state[2],
  changesAtMs: () => undefined,
  costNs: 100,
  maxBytes: () => MOMENT_BYTES,
}
