import type { Json } from '../../protocol/index.ts'
import type { Feature, FeatureDefinition } from './definition.ts'
import type { FeatureEvent } from './kind.ts'
import { type AnyKind, kindOf } from './kinds.ts'
import type { FeatureStates } from './states.ts'
import { compileWhere, type FeatureOptions, type PropertyTest } from './where.ts'

/** Features of a site, ready to take events. */
export interface CompiledFeatures {
  /**
   * Adds an event to the states of the features that name it, and returns the same object if nothing changes. An event that no
   * feature names costs one look-up.
   */
  fold(states: FeatureStates, event: FeatureEvent): FeatureStates
  /** Joins the states of two multisets of events; states of features that are not among these are taken as they are, from `a` first. */
  merge(a: FeatureStates, b: FeatureStates): FeatureStates
}

/** Names of events by which Prepaint itself reports. */
const OWN_REPORT = /^pp:(?!page$)/

interface Step {
  id: string
  definition: FeatureDefinition
  kind: AnyKind
  holds: PropertyTest['holds'] | undefined
}

function stepOf({ id, definition }: Feature, options: FeatureOptions): Step[] {
  const kind = kindOf(definition.kind)
  if (!kind) return []
  const { where } = definition
  const holds = where === undefined ? undefined : compileWhere(definition, [id, 'where'], options).holds
  return [{ id, definition, kind, holds }]
}

function stateOf(states: FeatureStates, { id, kind }: Pick<Step, 'id' | 'kind'>): Json {
  const state: unknown = states[id]
  // What an object inherits are functions: one look-up says whether there is a state.
  return state === undefined || typeof state === 'function' ? kind.empty : (state as Json)
}

/** Copies the states when the first of them changes. */
function foldSteps(steps: readonly Step[], states: FeatureStates, event: FeatureEvent): FeatureStates {
  let after = states
  for (const step of steps) {
    const { id, definition, kind, holds } = step
    if (definition.from === 'server' && event.isFromServer !== true) continue
    if (holds && !holds(event.properties)) continue
    const before = stateOf(states, step)
    const state = before === null ? null : kind.step(definition, before, event)
    if (state === before) continue
    if (after === states) after = { ...states }
    after[id] = state
  }
  return after
}

/**
 * Compiles a site's features, so that events can be folded into their states. A definition whose kind is not known here is passed over:
 * a later version has written it, and its states are kept.
 * @throws ConditionError for a `where` that cannot be compiled
 * @example
 * ```ts
 * import { compileFeatures } from 'prepaint/engine'
 *
 * const definition = { kind: 'count', event: 'Product Viewed', withinMs: 7 * 86_400_000 } as const
 * const features = compileFeatures([{ id: 'viewed', definition }])
 * const event = { name: 'Product Viewed', atMs: Date.now(), hash: '0badcafe0bad', properties: {} }
 * const states = features.fold({}, event)
 * ```
 */
export function compileFeatures(features: Iterable<Feature>, options: FeatureOptions = {}): CompiledFeatures {
  const steps = new Map<string, Step>()
  for (const feature of features) for (const step of stepOf(feature, options)) steps.set(step.id, step)
  const byEvent = new Map<string, Step[]>()
  const always = [...steps.values()].filter(({ definition: { event } }) => event === undefined)
  for (const step of steps.values()) {
    const { event } = step.definition
    if (event === undefined) continue
    const named = byEvent.get(event)
    if (named) named.push(step)
    else byEvent.set(event, OWN_REPORT.test(event) ? [step] : [...always, step])
  }
  return {
    fold(states, event) {
      const named = byEvent.get(event.name)
      if (named) return foldSteps(named, states, event)
      return always.length === 0 || OWN_REPORT.test(event.name) ? states : foldSteps(always, states, event)
    },
    merge(a, b) {
      const merged = { ...b, ...a }
      for (const { id, definition, kind } of steps.values()) {
        if (!Object.hasOwn(a, id) || !Object.hasOwn(b, id)) continue
        const [one, other] = [a[id] as Json, b[id] as Json]
        merged[id] = one === null || other === null ? null : kind.merge(definition, one, other)
      }
      return merged
    },
  }
}
