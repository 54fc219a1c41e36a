import { type FeatureValue, featureValues, type VisitorFacts } from 'prepaint/engine'
import type { Site } from '../catalog/site.ts'
import type { SiteDefinitions } from '../profiles/features/definitions.ts'
import { instantText } from './instant.ts'

/** Reasons for which a feature is not known. */
type Unknown = 'not-declared' | 'not-filled'

/** A feature of a person, as `profile` shows it. */
export interface FeatureReport {
  /** Its names under `features`, else the place in the catalog at which it is written. */
  names: string[]
  id: string
  kind: string
  /** Absent for a session of all events. */
  event?: string
  isKnown: boolean
  /** Present if it is not known. */
  because?: Unknown
  /** Absent if there is none. */
  value?: FeatureValue['value']
  /** The first instant at which time alone may change it, ISO 8601; absent for never. */
  changesAt?: string
}

/**
 * Reads the features of a person.
 * @param site whose catalog declares them
 * @param visitor facts of the person
 * @param inForce definitions that the store has; a feature that is not among them is in no profile
 * @param nowMs the instant
 */
export function featuresOf(
  { compiled, catalog }: Site,
  visitor: VisitorFacts | undefined,
  inForce: SiteDefinitions | undefined,
  nowMs: number,
): FeatureReport[] {
  const declared = Object.entries(catalog.features ?? {})
  const stored = new Set(inForce?.features.map(({ id }) => id))
  return featureValues(compiled, { ...(visitor ? { visitor } : {}), nowMs }).map(
    ({ feature, path, isKnown, value, changesAtMs }) => {
      const { id, definition } = feature
      const names = declared.filter(([, one]) => one.id === id).map(([name]) => name)
      return {
        names: names.length > 0 ? names : [path.join(' › ')],
        id,
        kind: definition.kind,
        ...(definition.event === undefined ? {} : { event: definition.event }),
        isKnown,
        ...(isKnown ? {} : { because: stored.has(id) ? ('not-filled' as const) : ('not-declared' as const) }),
        ...(value === undefined ? {} : { value }),
        ...(changesAtMs === undefined ? {} : { changesAt: instantText(changesAtMs) }),
      }
    },
  )
}

/** Each reason in words. */
const REASONS: { readonly [Reason in Unknown]: string } = {
  'not-declared': 'no service has declared it in this data directory yet: start one with this catalog',
  'not-filled': 'not filled yet: events of before it was declared are not in it',
}

/** Formats a feature as a name and a text. */
export function featureRow({ names, kind, event, value, because, changesAt }: FeatureReport): [string, string] {
  const said = because ? `unknown (${REASONS[because]})` : value === undefined ? 'none' : JSON.stringify(value)
  const change = changesAt === undefined ? '' : `, may change by time alone at ${changesAt}`
  return [names.join(', '), `${said}${change}  [${kind} of ${event ?? 'all events'}]`]
}
