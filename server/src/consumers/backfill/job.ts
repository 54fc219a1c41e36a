import type { Definitions, FeatureInForce } from '../../profiles/features/definitions.ts'
import { isBefore, type LogPlace } from '../../profiles/log-place.ts'

/** Features of a site that were declared at one place of the log, and lack the events before it. */
export interface BackfillJob {
  site: string
  /** Place of the record that has declared them. */
  place: LogPlace
  features: readonly FeatureInForce[]
}

/**
 * Returns what is to be filled next: in the order of the log, so that a row which is filled up to a place has all that is older. Features of
 * an earlier log lack events that are gone.
 */
export function nextJob(definitions: Definitions, epoch: number): BackfillJob | undefined {
  const lacking = [...definitions].flatMap(([site, { features }]) =>
    features
      .filter(({ isFilled, since }) => isFilled !== true && since.epoch === epoch)
      .map((feature) => ({ site, feature })),
  )
  const [first] = lacking.toSorted((one, other) => (isBefore(one.feature.since, other.feature.since) ? -1 : 1))
  if (!first) return undefined
  const { site, feature } = first
  const place = feature.since
  const features = lacking.filter((one) => one.site === site && one.feature.since.offset === place.offset)
  return { site, place, features: features.map((one) => one.feature) }
}

/** Returns the text by which a job is known again after a restart. */
export function nameOf({ site, place, features }: BackfillJob): string {
  return JSON.stringify([site, place.epoch, place.offset, features.map(({ id }) => id).sort()])
}
