export type { Cap, Catalog, Experience, Holdout, Namespace, Range, Slot, Variant } from './catalog.ts'
export { type CompiledCatalog, type CompiledSlot, type CompileOptions, type CompileRegex, compile } from './compile.ts'
export { type Condition, ConditionError } from './condition.ts'
export type { DecideContext, GeoFacts, Showings, VisitorFacts } from './context.ts'
export { decide, type SlotOutcome } from './decide.ts'
export {
  type ExperienceExplanation,
  explain,
  type FailedClause,
  type SlotExplanation,
  type Verdict,
} from './explain.ts'
