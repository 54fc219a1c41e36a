import {
  assignmentBytes,
  countBytes,
  firstWithin,
  lastWithin,
  MAX_ASSIGNMENTS_BYTES,
  MAX_EVENTS_BYTES,
  MAX_SHOWN_BYTES,
  showingsBytes,
} from './bounds.ts'
import type { PartFacts } from './profile.ts'

/** The variants kept, of the latest experiences that have room. */
export function boundedAssignments(entries: [string, string][]): PartFacts['assignments'] {
  return Object.fromEntries(lastWithin(entries, MAX_ASSIGNMENTS_BYTES, (entry) => assignmentBytes(...entry)))
}

/** Keeps the showings of the latest experiences that have room. */
export function boundedShown(entries: [string, PartFacts['shown'][string]][]): PartFacts['shown'] {
  return Object.fromEntries(lastWithin(entries, MAX_SHOWN_BYTES, (entry) => showingsBytes(...entry)))
}

/** The same facts within the bounds that folding keeps, in bytes. */
export function boundedFacts<Facts extends PartFacts>(facts: Facts): Facts {
  return {
    ...facts,
    events: Object.fromEntries(
      firstWithin(Object.entries(facts.events), MAX_EVENTS_BYTES, ([name]) => countBytes(name)),
    ),
    assignments: boundedAssignments(Object.entries(facts.assignments)),
    shown: boundedShown(Object.entries(facts.shown)),
  }
}
