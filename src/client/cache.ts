import type { DecideResponse, PageFacts, SlotDecision } from '../protocol/index.ts'
import type { Bridge, CacheRecord, SlotDecisions } from './bridge.ts'
import { readItem, writeItem } from './storage.ts'
import { isGranted, type VisitorState } from './visitor.ts'

/** Version of the record's shape: a record that another version of the tag has written is not read. */
const FORMAT = '@2'

/** A visit ends after so long without a view, in ms. */
const VISIT_IDLE_MS = 1_800_000

/** The part of the {@link Bridge} that these functions need. */
export type CacheState = VisitorState & Pick<Bridge, '_view' | '_record' | '_trackedEvents'>

/** Returns the decisions in force on this page, by slot; undefined before there is an answer. */
export function decisionsNow({ _record: record }: Pick<Bridge, '_record'>): SlotDecisions | undefined {
  return record.answer && record.answer.slots
}

/** Drops the decisions that are not valid, and takes over the selectors of the others. */
function invalidateUnless(state: CacheState, isValid: (decision: SlotDecision) => unknown): void {
  const slots = decisionsNow(state) || {}
  Object.keys(slots).forEach((slot) => {
    const decision = slots[slot]
    if (!decision || !isValid(decision)) slots[slot] = null
    else if (decision.selector) state._config.slots[slot] = decision.selector
  })
}

/** Stores the record for the next view; without consent it lives only as long as the page. */
export function saveCache(state: CacheState): void {
  if (isGranted(state)) writeItem(state._config.prefix, state._record)
}

/** Forgets the record, also in storage. */
export function clearCache(state: CacheState): void {
  writeItem(state._config.prefix, undefined)
  delete (state as Partial<CacheState>)._record
}

/** Begins a view with the record that an earlier one has left, or an empty one. A record of another shape is removed. */
export function openCache(state: CacheState): void {
  const {
    _config: config,
    _view: { page },
  } = state
  const found = state._record || (isGranted(state) && (readItem(config.prefix) as CacheRecord | undefined))
  const site = config.site + FORMAT
  const record: CacheRecord =
    found && found.site === site ? found : { site, failures: 0, session: { views: 0, visits: 0 } }
  try {
    const ageMs = Date.now() - (record.savedMs as number)
    // An answer has a time; before the first there is none.
    if (!record.session.visits || ageMs >= VISIT_IDLE_MS) {
      record.session.visits++
      record.session.views = 0
    }
    // Only in a visit that goes on; a visitor without any answer yet is in none. Within a page the host may not have had the time.
    if ((record.session.views++ || record.failures) && !state._record && record.host === config._hosts[1])
      config._hosts.reverse()
    state._record = record
    // Throws for anything but a list, which each question would fail with.
    if (record.recent) record.recent.push()
    invalidateUnless(
      state,
      (decision) =>
        // A clock that was set back makes the age negative, that is, unknown.
        ageMs >= 0 &&
        ageMs < (decision.ttlMs || (record.answer as DecideResponse).ttlMs) &&
        decision.uses !== 0 &&
        (decision.vary || []).every((fact) => (record.page as PageFacts)[fact] === page[fact]),
    )
  } catch {
    clearCache(state)
    if (found) openCache(state)
  }
}

/**
 * Drops the decisions that depend on an event that the service did not know.
 * @param unknownEvents events that it did not know when it was asked, beside those that it does not know now.
 */
export function invalidateByEvents(state: CacheState, unknownEvents: CacheState['_trackedEvents']): void {
  invalidateUnless(state, (decision) =>
    (decision.events || []).every((event) => !unknownEvents[event] && !state._trackedEvents[event]),
  )
}
