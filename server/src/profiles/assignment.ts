import type { TrackEvent } from 'prepaint/protocol'
import { boundedAssignments, boundedShown } from './bounded.ts'
import type { PartFacts } from './profile.ts'

/** Experiences remembered: more than run on a site at once. */
const MAX_EXPERIENCES = 50

/** Times remembered of each: as many as a frequency cap may count. */
const MAX_TIMES = 10

/** The variant of a site-wide holdout. It belongs to no experience, so none is kept when the holdout ends. */
const HOLDOUT = 'holdout'

/** Ids as a catalog may give them: `__proto__`, which is no key, is none of them. */
const ID = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

/** With `key` as the latest. The oldest goes first; a key that is a number counts as old, as JavaScript orders keys. */
function withLatest<Value>(map: { [key: string]: Value }, key: string, value: Value): [key: string, value: Value][] {
  const others = Object.entries(map).filter(([other]) => other !== key)
  return [...others.slice(1 - MAX_EXPERIENCES), [key, value]]
}

/**
 * Folds the tag's report `pp:assigned`: the variant that the visitor keeps, and the number of the experience's
 * showings. Reports come from browsers and may say anything.
 */
export function foldAssignment(
  { assignments, shown }: Pick<PartFacts, 'assignments' | 'shown'>,
  { event, properties = {} }: TrackEvent,
  atMs: number,
): Partial<PartFacts> {
  const { experience, variant, outcome } = properties
  if (event !== 'pp:assigned' || !isId(experience) || !isId(variant)) return {}
  const isFirst = variant !== HOLDOUT && !Object.hasOwn(assignments, experience)
  const { count = 0, recentMs = [] } = Object.hasOwn(shown, experience) ? (shown[experience] ?? {}) : {}
  const times = [...recentMs, atMs].sort((a, b) => a - b).slice(-MAX_TIMES)
  return {
    ...(isFirst ? { assignments: boundedAssignments(withLatest(assignments, experience, variant)) } : {}),
    ...(outcome === 'shown'
      ? { shown: boundedShown(withLatest(shown, experience, { count: count + 1, recentMs: times })) }
      : {}),
  }
}
