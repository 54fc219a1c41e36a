import { type CompileRegex, compileWhere, type Feature, kindOf, type PlacedFeature } from 'prepaint/engine'
import type { CatalogFinding } from './catalog-finding.ts'

/** Most features of a site. */
export const MAX_FEATURES = 64

/** Most bytes of the states of a site's features in a visitor's profile, as JSON. */
export const MAX_FEATURE_BYTES = 8_192

/** The most that the conditions on one event may cost, in µs: of 100,000 events a second each has 10 of the thread that folds. */
const MAX_EVENT_US = 100

/** Bytes of a state beside it: quotes and a colon around the id, and a comma. */
const AROUND_BYTES = '"":,'.length

function bytesOf({ id, definition }: Feature): number {
  return id.length + AROUND_BYTES + (kindOf(definition.kind)?.maxBytes(definition) ?? 0)
}

/** Bounds the bytes that the states of features have together, as JSON. */
export function featureBytesOf(features: readonly Feature[]): number {
  return features.reduce((sum, feature) => sum + bytesOf(feature), features.length === 0 ? 0 : '{}'.length)
}

/** Finds the first feature with which there are too many, or with which their states are too large. */
function sizeFindings(placed: readonly PlacedFeature[]): CatalogFinding[] {
  const features = placed.map(({ feature }) => feature)
  for (const [index, { path }] of placed.entries()) {
    if (index >= MAX_FEATURES) {
      const message = `more than ${MAX_FEATURES} features: remove those that no audience reads, or let several share one`
      return [{ path, message, isKey: true }]
    }
    const bytes = featureBytesOf(features.slice(0, index + 1))
    if (bytes > MAX_FEATURE_BYTES) {
      const message =
        `the features up to this one may have ${bytes} bytes a visitor, of ${MAX_FEATURE_BYTES}: ` +
        'ever, since, first and last are small, windows and top are large'
      return [{ path, message, isKey: true }]
    }
  }
  return []
}

/** Finds the feature with which the conditions on one event may cost too much: each event of that name is tested by all of them. */
function costFindings(placed: readonly PlacedFeature[], compileRegex: CompileRegex): CatalogFinding[] {
  const byEvent = new Map<string, number>()
  for (const { feature, path } of placed) {
    const { event = '', where } = feature.definition
    if (where === undefined) continue
    const costUs = compileWhere(feature.definition, path, { compileRegex }).costNs / 1_000 + (byEvent.get(event) ?? 0)
    byEvent.set(event, costUs)
    if (costUs <= MAX_EVENT_US) continue
    const message =
      `the conditions on ${event || 'each event'} may take ${Math.ceil(costUs)} µs of the ${MAX_EVENT_US} that it has: ` +
      'use fewer patterns and lists'
    return [{ path, message, isKey: true }]
  }
  return []
}

/** Finds the features with which a site's profiles would be too large, or its events too slow. */
export function featureBoundFindings(placed: readonly PlacedFeature[], compileRegex: CompileRegex): CatalogFinding[] {
  return [...sizeFindings(placed), ...costFindings(placed, compileRegex)]
}
