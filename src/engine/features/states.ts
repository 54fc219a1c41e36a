import type { Json } from '../../protocol/index.ts'

/** States by the ids of their features. One that is missing is the state without an event; null: not known. */
export type FeatureStates = { [id: string]: Json }
