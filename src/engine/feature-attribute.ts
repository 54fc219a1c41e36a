import type { Json } from '../protocol/index.ts'
import type { Attribute } from './attribute.ts'
import { type Bounds, createBounds } from './bounds.ts'
import type { DecideContext } from './context.ts'
import type { Feature } from './features/definition.ts'
import type { AnyKind } from './features/kinds.ts'
import { type Frame, NOT_KNOWN } from './frame.ts'

/** A feature as an attribute of conditions. */
export interface FeatureAttribute extends Attribute {
  /** The feature. */
  feature: Feature
  /** Place of its value in a frame. */
  number: number
  /** Place of its next change in a frame, which reading it fills. */
  place: number
  /** Numbers that it is compared with. */
  bounds: Bounds
  /** Time that its value and its next change take, in ns. */
  costNs: number
}

/** Time after which a state that is not known may be known, in ms: a back-fill is under way. */
const UNKNOWN_MS = 60_000

/** Begins the names of events that Prepaint reports itself, page views included; of these a page's cache hears nothing. */
const OWN_EVENT = /^pp:/

/** Returns the state of a visitor's feature; null: not known. */
export function stateOf(visitor: DecideContext['visitor'], id: string, kind: AnyKind): Json {
  const { features } = visitor ?? {}
  if (!visitor) return null
  return features && Object.hasOwn(features, id) ? (features[id] as Json) : kind.empty
}

/** Makes an attribute of a feature. */
export function createFeatureAttribute(
  name: string,
  feature: Feature,
  kind: AnyKind,
  { number, place }: Pick<FeatureAttribute, 'number' | 'place'>,
): FeatureAttribute {
  const { definition } = feature
  const bounds = createBounds()
  return {
    name,
    source: 'features',
    key: name.slice(name.indexOf('.') + 1),
    feature,
    number,
    place,
    bounds,
    costNs: kind.costNs,
    read(frame) {
      const { nowMs, visitor, changesAtMs } = frame
      const state = stateOf(visitor, feature.id, kind)
      if (state === null) {
        // Of a visitor without facts nothing is known at all: the host says how long such an answer lasts.
        if (visitor) changesAtMs[place] = nowMs + UNKNOWN_MS
        return NOT_KNOWN
      }
      const value = kind.value(definition, state, nowMs)
      // At once, while a window is still at hand.
      changesAtMs[place] = kind.changesAtMs(definition, state, nowMs, bounds.sorted()) ?? Infinity
      return value
    },
  }
}

/** Returns true if an attribute is a feature. */
export function isFeature(attribute: Attribute): attribute is FeatureAttribute {
  return attribute.source === 'features'
}

/** Returns true if no page has a part in it: it is made of what the brand's servers send. */
export function isOfServers({ feature: { definition } }: FeatureAttribute): boolean {
  return definition.from === 'server'
}

/** Returns true if a page's cache hears of each event that changes the feature: those that the page tracks by name. */
export function isSeenByPages(attribute: FeatureAttribute): boolean {
  const { event } = attribute.feature.definition
  return event !== undefined && !OWN_EVENT.test(event) && !isOfServers(attribute)
}

/**
 * Returns the next instant at which an attribute that was read may change a decision; Infinity for never. One that was not read decided
 * nothing: the same values lead the same way, and past it again.
 */
export function changeMs(attributes: readonly { place: number }[], frame: Frame): number {
  let leastMs = Infinity
  for (const { place } of attributes) leastMs = Math.min(leastMs, frame.changesAtMs[place] as number)
  return leastMs
}
