import type { EverDefinition } from './definition.ts'
import type { Kind } from './kind.ts'

/** True once the event was seen. */
export const ever: Kind<EverDefinition, boolean> = {
  version: 1,
  empty: false,
  step: () => true,
  merge: (_definition, a, b) => a || b,
  value: (_definition, state) => state,
  changesAtMs: () => undefined,
  costNs: 50,
  maxBytes: () => 'false'.length,
}
