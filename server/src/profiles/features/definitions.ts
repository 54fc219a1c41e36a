import type { Feature } from 'prepaint/engine'
import { isBefore, type LogPlace } from '../log-place.ts'

/** A feature as a record of the log declares it. */
export interface DeclaredFeature extends Feature {
  /** Offset of its place, if it was in force before the record; so a log that begins with the record knows its place. */
  sinceOffset?: number
}

/** A feature of a site, in force. */
export interface FeatureInForce extends Feature {
  /** Place of the record since which it is in force without a gap: events behind it are folded into the feature. */
  since: LogPlace
  /** True if every profile has all events in it that the log knows. */
  isFilled?: true
}

/** Definitions that are in force on a site. They are data, and kept beside the profiles. */
export interface SiteDefinitions {
  features: readonly FeatureInForce[]
  /** Place of the record that has changed them last. */
  at: LogPlace
  /** Time of that record in µs, which only grows: of two writes to a cluster the later one wins. */
  writtenUs: number
}

/** Definitions in force, by site. */
export type Definitions = ReadonlyMap<string, SiteDefinitions>

/** The part of a record that declares the features of a site: all of them. */
export interface Declaration {
  receivedMs: number
  features: readonly DeclaredFeature[]
}

/**
 * Says what has been folded before a record: `nothing`, because the store is new and the log whole; `nothing-left`, because the log was trimmed up
 * to there; or `events`.
 */
export type FoldedBefore = 'nothing' | 'nothing-left' | 'events'

function isSameSet(features: readonly Feature[], ids: ReadonlySet<string>): boolean {
  return features.length === ids.size && features.every(({ id }) => ids.has(id))
}

function placed(
  { sinceOffset, ...feature }: DeclaredFeature,
  at: LogPlace,
  foldedBefore: FoldedBefore,
): FeatureInForce {
  if (foldedBefore === 'nothing') return { ...feature, since: at, isFilled: true }
  // Behind other events a record may be the first that is sound: only one that stands before all of them knows what they are folded into.
  const isKept = foldedBefore === 'nothing-left' && sinceOffset !== undefined && sinceOffset < at.offset
  return { ...feature, since: isKept ? { epoch: at.epoch, offset: sinceOffset } : at }
}

/**
 * Returns the definitions after a record; the same object if it changes nothing, or was applied before. A feature that stays keeps its place,
 * and one that comes back has a new one.
 */
export function declare(
  before: SiteDefinitions | undefined,
  { receivedMs, features }: Declaration,
  at: LogPlace,
  foldedBefore: FoldedBefore = 'events',
): SiteDefinitions {
  const known = new Map(before?.features.map((feature) => [feature.id, feature]))
  const declared = new Map(features.map((feature) => [feature.id, feature]))
  if (before && !isBefore(before.at, at)) return before
  // In a new log they are declared once more, so that it says all that it needs.
  if (before?.at.epoch === at.epoch && isSameSet(before.features, new Set(declared.keys()))) return before
  return {
    features: [...declared.values()].map((feature) => known.get(feature.id) ?? placed(feature, at, foldedBefore)),
    at,
    writtenUs: Math.max((before?.writtenUs ?? 0) + 1, receivedMs * 1_000),
  }
}

/** Returns the features as a record declares them that keeps their places, in the log of that epoch. */
export function declarationOf(
  features: readonly Feature[],
  inForce: SiteDefinitions | undefined,
  epoch: number,
): DeclaredFeature[] {
  const known = new Map(inForce?.features.map((feature) => [feature.id, feature.since]))
  return features.map(({ id, definition }) => {
    const since = known.get(id)
    return { id, definition, ...(since?.epoch === epoch ? { sinceOffset: since.offset } : {}) }
  })
}
