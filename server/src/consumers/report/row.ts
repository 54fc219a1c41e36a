import type { Delivery } from '../../tally/tallies.ts'

/** A visitor's first assignment in a trial, as it was found when its record was counted. */
export interface Assignment {
  trial: number
  arm: number
  period: number
  /** True if the shares of the period in force have made it. */
  isFresh: boolean
  atMs: number
  /** Hash of the message: orders those of one instant. */
  hash: string
  /** Absent for the whole site. */
  outcome?: Delivery | undefined
  /** Numbers of the goals that the visitor counts for, and of the primary one. */
  goals: readonly number[]
  primary?: number | undefined
  device: string
  source: string
}

/** An event that a goal names; what is said of it twice is one. */
export interface Occurrence {
  goal: number
  /** Person whose event it is: 0 for the visitor's own, n for the user of the n-th link. */
  user: number
  /** Hash of what names it. */
  key: string
  /** Time of the first message that told of it. */
  atMs: number
  /** The message that the value is of: a server's is believed before a browser's, and then an earlier one. */
  isFromServer: boolean
  saidMs: number
  /** In whole hundredths. */
  value: number
}

/** Reasons for not counting an event that names a goal. */
export const FLAWS = ['notNumber', 'negative', 'otherCurrency', 'unconfirmed'] as const

/** An event that names a goal and is not counted. */
export interface Flawed {
  goal: number
  hash: string
  /** Index in {@link FLAWS}. */
  flaw: number
}

/** A link to a user that the visitor has opened. Its place in the row, from 1 on, is its number in occurrences. */
export interface UserLink {
  user: string
  openedMs: number
  /** First instant at which it no longer holds. */
  untilMs: number
}

/** All that counting knows of one visitor or user. Everything of it is bounded. */
export interface Row {
  assignments: Assignment[]
  occurrences: Occurrence[]
  /** Number of what was seen for a second, and when last. */
  seen: [face: number, lastMs: number][]
  flawed: Flawed[]
  links: UserLink[]
  /** Times at which links were ended by logging out. */
  unlinkedMs: number[]
  /** Of a user: ids of the visitors who have opened links. */
  visitors: string[]
  /** Of a user: time of the last erasure. */
  erasedMs?: number | undefined
  /** Time of the last event. */
  lastMs: number
}

const MAX_ASSIGNMENTS = 64
const MAX_OCCURRENCES = 64
const MAX_SEEN = 64
const MAX_FLAWED = 16
const MAX_LINKS = 4
const MAX_UNLINKED = 8
const MAX_VISITORS = 64

/** A row of nobody. */
export function newRow(): Row {
  return {
    ...{ assignments: [], occurrences: [], seen: [], flawed: [], links: [], unlinkedMs: [], visitors: [] },
    lastMs: 0,
  }
}

function isEarlier(one: Assignment, other: Assignment): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.hash < other.hash)
}

/** Adds an assignment: the first one of each trial stays, and beyond a bound the first trials. Returns false if nothing changes. */
export function addAssignment({ assignments }: Row, assignment: Assignment): boolean {
  const at = assignments.findIndex(({ trial }) => trial === assignment.trial)
  const known = assignments[at]
  if (known) {
    if (!isEarlier(assignment, known)) return false
    assignments[at] = assignment
    return true
  }
  if (assignments.length < MAX_ASSIGNMENTS) return assignments.push(assignment) > 0
  const last = assignments.reduce((one, other) => (isEarlier(one, other) ? other : one))
  if (!isEarlier(assignment, last)) return false
  assignments[assignments.indexOf(last)] = assignment
  return true
}

/** True if the value of the first is believed before that of the other. */
function isBelieved(one: Occurrence, other: Occurrence): boolean {
  if (one.isFromServer !== other.isFromServer) return one.isFromServer
  return one.saidMs < other.saidMs || (one.saidMs === other.saidMs && one.value < other.value)
}

/** One occurrence of two messages about it, in whatever order they came. */
export function joined(one: Occurrence, other: Occurrence): Occurrence {
  const atMs = Math.min(one.atMs, other.atMs)
  const believed = isBelieved(other, one) ? other : one
  return believed.atMs === atMs ? believed : { ...believed, atMs }
}

/** True if an occurrence may count for an experience that the visitor has met, or for the time before. */
function mayCount({ atMs, goal }: Occurrence, { assignments }: Row, withinMs: (goal: number) => number): boolean {
  return assignments.some((one) => Math.abs(atMs - one.atMs) <= withinMs(goal))
}

/** Occurrences of the goal that has the most of them. */
function crowdOf(occurrences: readonly Occurrence[]): readonly Occurrence[] {
  const byGoal = [...Map.groupBy(occurrences, ({ goal }) => goal).values()]
  return byGoal.reduce((one, other) => (other.length > one.length ? other : one))
}

/**
 * Adds an occurrence. Beyond the bound one goes of the goal that has the most, so that page views drive out no order: the oldest one that counts
 * for no experience met by now, else the latest one.
 * Returns false if nothing changes.
 */
export function addOccurrence(row: Row, occurrence: Occurrence, withinMs: (goal: number) => number): boolean {
  const { occurrences } = row
  const { goal, user, key } = occurrence
  const at = occurrences.findIndex((one) => one.key === key && one.goal === goal && one.user === user)
  const known = occurrences[at]
  if (known) {
    const after = joined(known, occurrence)
    if (after === known) return false
    occurrences[at] = after
    return true
  }
  occurrences.push(occurrence)
  if (occurrences.length <= MAX_OCCURRENCES) return true
  const crowd = crowdOf(occurrences)
  const idle = crowd.filter((one) => !mayCount(one, row, withinMs))
  const excess =
    idle.length > 0
      ? idle.reduce((one, other) => (other.atMs < one.atMs ? other : one))
      : crowd.reduce((one, other) => (other.atMs > one.atMs ? other : one))
  occurrences.splice(occurrences.indexOf(excess), 1)
  return excess !== occurrence
}

/** Notes that a variant was seen. Returns false if nothing changes. */
export function addSeen({ seen }: Row, face: number, atMs: number): boolean {
  const known = seen.find(([other]) => other === face)
  if (known) {
    if (atMs <= known[1]) return false
    known[1] = atMs
    return true
  }
  return seen.length < MAX_SEEN && seen.push([face, atMs]) > 0
}

/** Notes an event that is not counted. Returns false if nothing changes. */
export function addFlawed({ flawed }: Row, flaw: Flawed): boolean {
  const isKnown = flawed.some(({ goal, hash }) => goal === flaw.goal && hash === flaw.hash)
  return !isKnown && flawed.length < MAX_FLAWED && flawed.push(flaw) > 0
}

/** The place of a link that was forgotten: nobody's. */
const NO_LINK: UserLink = { user: '', openedMs: 0, untilMs: 0 }

/** Notes a link, in a place that was forgotten if there is one. Returns its number; 0 beyond the bound. */
export function addLink({ links }: Row, link: UserLink): number {
  const own = links.findIndex(({ user }) => user === link.user)
  const at = own < 0 ? links.findIndex(({ user }) => user === NO_LINK.user) : own
  const known = links[at]
  if (!known) return links.length < MAX_LINKS ? links.push(link) : 0
  // The later one counts, as for profiles; its end may be its own instant.
  if (link.openedMs >= known.openedMs) links[at] = link
  return at + 1
}

/** Notes a log-out. */
export function addUnlinked(row: Row, atMs: number): boolean {
  if (row.unlinkedMs.includes(atMs)) return false
  row.unlinkedMs = [...row.unlinkedMs, atMs].sort((one, other) => one - other).slice(-MAX_UNLINKED)
  return true
}

/** Forgets a link with the events of its user; its place stays, so that others keep their numbers. */
export function forgetLink(row: Row, at: number): void {
  row.occurrences = row.occurrences.filter((one) => one.user !== at + 1)
  row.links[at] = NO_LINK
}

/** Notes a visitor of a user. Returns the one that goes beyond the bound: an erasure of the user would not find its link any more. */
export function addVisitor(row: Row, visitorId: string): string | undefined {
  row.visitors = [...row.visitors.filter((id) => id !== visitorId), visitorId]
  return row.visitors.length > MAX_VISITORS ? row.visitors.shift() : undefined
}

/** Returns the first instant from which events of a link's user do not count for the visitor: a log-out after it was opened, or its end. */
export function endOf({ openedMs, untilMs }: UserLink, unlinkedMs: readonly number[]): number {
  return Math.min(untilMs, ...unlinkedMs.filter((atMs) => atMs >= openedMs))
}
