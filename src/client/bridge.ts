import type { DecideResponse, Event, Operation, PageFacts, SessionFacts, SlotDecision } from '../protocol/index.ts'
import type { Config } from './config.ts'

/** The version of {@link Bridge}: a chunk that was built for another one leaves the page as it is. */
export const BRIDGE_VERSION = 8

/** A method of the client, as the page calls it. */
export type Method = (...args: never[]) => unknown

/**
 * What the page calls, as `pp('track', …)` or `pp.track(…)`: nothing of it throws. Methods that the late chunk serves give a
 * promise of their result.
 */
export interface Global {
  (method: string, ...args: unknown[]): unknown
  [method: string]: Method | undefined
}

/** A call of the page that the late chunk serves: the method, its arguments, and who takes the result. */
export type Call = [name: string, args: ArrayLike<unknown>, answer: (result: unknown) => void]

/**
 * Decisions by slot name. A slot with `null` has lost its decision (its time is over, the page's facts differ,
 * or an event it depends on happened) and must be asked for; a slot that is missing is not in the catalog.
 */
export interface SlotDecisions {
  [slot: string]: SlotDecision | null
}

/** What is stored, in one key: the service's last answer, for the next view, and what is counted from view to view. */
export interface CacheRecord {
  /** Site and format: whose record it is. */
  site: string
  /** Views in a row that showed no decision in time: they fell back, or led to another page. */
  failures: number
  /** What is counted of this browser's visits, this view included. */
  session: SessionFacts
  /** The host to begin with in the next view of this visit: the one that answered last, or the other while it has not. */
  host?: string | undefined
  /** The service's last answer, when it came and the page it was for; absent before there is one. */
  answer?: (Omit<DecideResponse, 'slots'> & { slots: SlotDecisions }) | undefined
  savedMs?: number
  page?: PageFacts
}

/** An event before it has its id and its time. */
export type Draft = Event extends infer E ? (E extends Event ? Omit<E, 'messageId' | 'timestamp'> : never) : never

/** A slot that was found in the page. */
export interface Place {
  slot: string
  _element: HTMLElement
  /** A visitor may have seen the original: from then on it is never swapped. */
  _isPainted: boolean
}

/** What was done to a slot, and what was there before: enough to put it back. */
export interface Change {
  slot: string
  _element: HTMLElement
  operations: Operation[]
  /** What `element` has replaced; else an empty copy of `element` as it was, which belongs to another document. */
  _before: HTMLElement
  /** The content that was replaced in place. */
  _replaced: Node | undefined
}

/** Makes strings into what a page accepts that requires Trusted Types. */
export interface TrustedPolicy {
  createHTML(html: string): string
  createScriptURL(address: string): string
}

/** What a swap needs of the {@link Bridge}. */
export type SwapState = Pick<Bridge, '_changes' | '_config' | '_policy'>

/**
 * A page's state. The client's functions work on it, and so do those of the late chunk, which is built apart: these names
 * are their contract.
 */
export interface Bridge {
  _version: number
  _config: Config
  page: PageFacts
  _client: Global
  /** What is cached, and the names of this page's events. */
  _record: CacheRecord
  _gone: { [event: string]: boolean }
  /** The visitor has ended the link in this page. */
  _unlinked?: true
  /** The question under way. */
  _question?: XMLHttpRequest | undefined
  /** Meets new slots. */
  _observer: MutationObserver
  /** Where slots were met, in order. */
  _met: Place[]
  /** Longest time that a slot is hidden while it could be painted, in ms; 0 and false hide nothing. */
  _budgetMs: number | false
  /** Slots that wait for a decision. */
  _places: Place[]
  /** No decision came in time for some slot of this view. */
  _hasFallenBack: boolean
  /** Where a redirect leads that has begun. */
  _address: string | false
  /** Anything when the page may have been painted: nobody is sent to another any more. */
  _isSeen: unknown
  /** Events that wait, oldest first. */
  _waiting: Event[]
  /** Calls that wait, oldest first. */
  _calls: Call[]
  /** What has happened, as the User Timing marks say it, without their prefix. */
  _notes: string[]
  /** What has been changed in the page, in order. */
  _changes: Change[]
  /** Our Trusted Types policy, once it was needed. */
  _policy?: TrustedPolicy
  /** Carries out operations on a slot (`swap.ts`). */
  _swap(place: Place, operations: Operation[], state: SwapState, fail: () => void): void
  /** Takes an event (`report.ts`). */
  _report(bridge: Bridge, draft: Draft): void
  /** Asks the service, unless a question is under way. */
  _ask(bridge: Bridge): void
  /** Something has changed: there may be events, calls, notes or another visitor. The late chunk sets it. */
  _wake(): void
  /** Sends what waits; the late chunk's own. */
  flush?: () => Promise<void>
  /** What waits must leave now, for the page or the visitor may be about to go. The late chunk has a better one. */
  _leave(bridge: Bridge): void
}

/** Starts the late chunk with its bridge. */
export type LoadLate = (bridge: Bridge) => void
