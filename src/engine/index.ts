/**
 * Decides what a visitor sees: a catalog and a context in, decisions out. Pure, for servers, edges and browsers.
 * @module prepaint/engine
 */
export { type Attribute, ATTRIBUTE_NAMES, parseAttribute } from './attribute.ts'
export type { PlacedFeature } from './attribute-table.ts'
export { type Bucket, createBucket } from './bucket.ts'
export type { Cap, Catalog, Experience, Holdout, Namespace, Range, Slot, Variant } from './catalog.ts'
export { compile, compileInSteps, type CompileOptions, flaws } from './compile.ts'
export type { CompileRegex } from './compile-regex.ts'
export type { CompiledCatalog, CompiledSlot } from './compiled.ts'
export type { Condition, FailedClause } from './condition.ts'
export { ConditionError } from './condition-error.ts'
export type { DecideContext, GeoFacts, Showings, VisitorFacts } from './context.ts'
export { type CatalogCost, cost } from './cost.ts'
export { type CueBounds, type Cues, cuesAhead, type SlotCue } from './cues.ts'
export { decide, type SlotOutcome } from './decide.ts'
export { armsToDraw, type DrawnArm } from './draw.ts'
export { type ExperienceExplanation, explain, type SlotExplanation, type Verdict } from './explain.ts'
export { type FeatureValue, featureValues } from './feature-values.ts'
export { declareFeature, type FeatureDeclaration } from './features/declaration.ts'
export type {
  CountDefinition,
  DistinctDefinition,
  EverDefinition,
  Feature,
  FeatureDefinition,
  FirstDefinition,
  LastDefinition,
  Selection,
  SessionDefinition,
  SinceDefinition,
  SumDefinition,
  TopDefinition,
} from './features/definition.ts'
export { type CompiledFeatures, compileFeatures } from './features/fold-features.ts'
export type { FeatureEvent, Kind } from './features/kind.ts'
export { type AnyKind, KIND_NAMES, type KindName, kindOf } from './features/kinds.ts'
export type { FeatureStates } from './features/states.ts'
export { compileWhere, type FeatureOptions, type PropertyTest } from './features/where.ts'
export type { Goal } from './goal.ts'
export { declareGoal, type GoalDeclaration, goalFlaws } from './goal-declaration.ts'
export { type Membership, memberships } from './membership.ts'
export { OPERATOR_NAMES, type TextTest } from './operator.ts'
export type { Steps } from './steps.ts'
export { airingBehind } from './tv/airing-behind.ts'
export { isTvCondition, TV_CONDITION_NAMES, tvConditionFields, type TvConditionName } from './tv/condition.ts'
export { TV_DAYPARTS } from './tv/daypart.ts'
export { tvDurationMs } from './tv/duration.ts'
export type { Feed, Placement, Spot, TvModel } from './tv/model.ts'
export type { Occurrence, Occurrences } from './tv/occurrence.ts'
export type { Reach, ReachOf, Way } from './tv/reach.ts'
export {
  type Airing,
  type Break,
  type SpotAiring,
  type Statement,
  TV_SOURCES,
  type TvSource,
  type TvSwitch,
} from './tv/statement.ts'
export { type Airings, createTimeline, type Timeline } from './tv/timeline.ts'
export { TV_DAYPART, type TvAttribute } from './tv/tv-attribute.ts'
