import type { DecideResponse, PageFacts, SlotDecision } from '../protocol/index.ts'
import { readItem, writeItem } from './storage.ts'

/**
 * Decisions by slot name. A slot with `null` has lost its decision (its time is over, the page's facts differ,
 * or an event it depends on happened) and must be asked for; a slot that is missing is not in the catalog.
 */
export interface SlotDecisions {
  [slot: string]: SlotDecision | null
}

/** Grows when the record's shape changes: what another version of the tag has written is not read. */
const FORMAT = '@1'

interface CacheRecord {
  /** Site and format: whose record it is. */
  site: string
  /** Views in a row without a decision in time. */
  failures: number
  /** The service's last answer, when it came and the page it was for; absent before there is one. */
  answer?: Omit<DecideResponse, 'slots'> & { slots: SlotDecisions }
  savedMs?: number
  page?: PageFacts
}

/** The service's last answer, kept for the next view; without consent only as long as the page lives. */
export interface DecisionCache {
  /** What is valid on this page, each slot for itself; undefined before there is an answer. */
  read(): SlotDecisions | undefined
  keep(answer: DecideResponse): void
  /** Drops the decisions that depend on this event, as long as the page lives. */
  drop(event: string): void
  /** Views in a row without a decision in time. */
  failures(): number
  setFailures(failures: number): void
  clear(): void
}

/** One localStorage key, one `JSON.parse` at boot. `isAllowed` says whether storage may be touched now. */
export function createCache(key: string, siteId: string, page: PageFacts, isAllowed: () => boolean): DecisionCache {
  const site = siteId + FORMAT
  const found = isAllowed() && readItem<CacheRecord>(key)
  const gone: string[] = []
  let record: CacheRecord = found && found.site === site ? found : { site, failures: 0 }

  function save(): void {
    if (isAllowed()) writeItem(key, record)
  }

  /** All decisions, with `null` in the place of each that is not kept. */
  function sift(isKept: (decision: SlotDecision, answer: { ttlMs: number }) => boolean): SlotDecisions | undefined {
    const { answer } = record
    const kept: SlotDecisions = {}
    if (!answer) return undefined
    Object.keys(answer.slots).forEach((slot) => {
      const decision = answer.slots[slot]
      kept[slot] = decision && isKept(decision, answer) ? decision : null
    })
    return kept
  }

  /** Takes out what depends on an event of this page: an answer that comes later may have been given before it. */
  function sweep(): void {
    const slots = sift((decision) => !(decision.events || []).some((event) => gone.indexOf(event) >= 0))
    if (record.answer && slots) record.answer.slots = slots
    save()
  }

  return {
    read: () =>
      sift((decision, answer) => {
        const ageMs = Date.now() - (record.savedMs as number)
        // A clock that was set back makes the age negative: then nothing is known of it.
        return (
          ageMs >= 0 &&
          ageMs < (decision.ttlMs || answer.ttlMs) &&
          (decision.vary || []).every((fact) => (record.page as PageFacts)[fact] === page[fact])
        )
      }),
    keep(answer) {
      record = { site, failures: record.failures, answer, savedMs: Date.now(), page }
      sweep()
    },
    drop(event) {
      gone.push(event)
      sweep()
    },
    failures: () => record.failures,
    setFailures(failures) {
      record.failures = failures
      save()
    },
    clear() {
      record = { site, failures: 0 }
      writeItem(key, undefined)
    },
  }
}
