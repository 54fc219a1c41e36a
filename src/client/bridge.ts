import type {
  BatchResponse,
  DecideResponse,
  Event,
  Operation,
  PageFacts,
  RecentEvent,
  SessionFacts,
  SlotDecision,
} from '../protocol/index.ts'
import type { Config } from './config.ts'

/** The version of {@link Bridge}: a chunk that was built for another one leaves the page as it is. */
export const BRIDGE_VERSION = 14

/** A method of the client, as the page calls it. */
export type Method = (...args: never[]) => unknown

/**
 * The function that the page calls, as `pp('track', …)` or `pp.track(…)`. It never throws. Methods that the late chunk serves
 * return a promise of their result.
 */
export interface Global {
  (method: string, ...args: unknown[]): unknown
  [method: string]: Method | undefined
}

/** A call of the page that the late chunk serves: the method, its arguments, and the callback for its result. */
export type Call = [name: string, args: ArrayLike<unknown>, answer: (result: unknown) => void]

/**
 * Decisions by slot name. `null` marks a decision that is no longer valid (it has expired, the page's facts differ, or an
 * event it depends on was tracked) and must be requested; a slot that is missing is not in the catalog.
 */
export interface SlotDecisions {
  [slot: string]: SlotDecision | null
}

/** The record that is stored in one key: the service's last answer, for the next view, and the counts from view to view. */
export interface CacheRecord {
  /** Site and format that the record belongs to. */
  site: string
  /** Views in a row that showed no decision in time: they fell back, or redirected. */
  failures: number
  /** Counts of this browser's visits and views, this view included. */
  session: SessionFacts
  /** The host to begin with in the next view of this visit: the one that answered last, or the other while it has not. */
  host?: string | undefined
  /** The service's last answer, when it came and the page it was for; absent before there is one. */
  answer?: (Omit<DecideResponse, 'slots'> & { slots: SlotDecisions }) | undefined
  /** Events that the profile may not have yet, oldest first; the late chunk adds them. */
  recent?: RecentEvent[]
  savedMs?: number
  page?: PageFacts
}

/** A User Timing mark: its name without prefix, and the decision that it tells of. */
export type Mark = [name: string, decision?: SlotDecision | undefined]

/** An event before it has its id and its time. */
export type Draft = Event extends infer E ? (E extends Event ? Omit<E, 'messageId' | 'timestamp'> : never) : never

/** A document or a shadow root. */
export type Root = Document | ShadowRoot

/** An element of a slot, found in the page. */
export interface SlotElement {
  slot: string
  _element: HTMLElement
  /** True once a visitor may have seen the original: from then on it is never swapped. */
  _isPainted: boolean
  /** True in the views after the one that has handled it: it stays as it is until the app renders it anew. */
  _isEarlier?: boolean
  /** The change that a variant has made. */
  _change?: Change
}

/** A change of a slot's element, with all that reverting it needs. */
export interface Change {
  operations: Operation[]
  /** An empty copy of the element as it was, which belongs to another document. */
  _before: HTMLElement
  /** The content at first, and when it was last looked at (`sign` in `content.ts`). */
  _original: string
  _sign: string
  /** True while the parser may add to what the page has in the slot. */
  _isOpen: boolean
  /** Times that the variant was shown anew in these ten seconds. */
  _tries: number
}

/** An element that shows a variant, or has shown one. */
export type Changed = Required<SlotElement>

/** Turns strings into Trusted Types, which a page may require. */
export interface TrustedPolicy {
  createHTML(html: string): string
  createScriptURL(address: string): string
}

/** The part of the {@link Bridge} that a swap needs. */
export type SwapState = Pick<Bridge, '_config' | '_policy'>

/** One view of the page: from the load of the document, or from a route of its app, to the next one. */
export interface View {
  page: PageFacts
  /** The part of the address whose change begins the next view. */
  _address?: string
  /** The decision request under way. */
  _request?: XMLHttpRequest | undefined
  /** Slot elements that were found and are still in the page, in order; those of earlier views included. */
  _foundSlots: SlotElement[]
  /** Slot elements that wait for a decision. */
  _pendingSlots: SlotElement[]
  /** Longest time that a slot is hidden while it could be painted, in ms; 0 and false hide nothing. */
  _budgetMs: number | false
  /** True once some slot of this view had no decision in time. */
  _hasFallenBack?: boolean
  /** The target of the redirect that has begun. */
  _redirect?: string | false
}

/**
 * A page's state. The client's functions work on it, and so do those of the late chunk, which is built apart: these names
 * are their contract.
 */
export interface Bridge {
  _version: number
  _config: Config
  /** The view that the visitor has now. */
  _view: View
  _client: Global
  /** The cached answer and counts. */
  _record: CacheRecord
  /** Names of the events of this page that the service has not acknowledged. */
  _trackedEvents: { [event: string]: boolean }
  /** The visitor's token where no cookie can hold it. */
  _token?: string | false
  /** True once the visitor has ended the link in this page. */
  _unlinked?: true
  /** Finds slots that are inserted. There is none, and calls wait, while the browser renders the page before it is shown. */
  _observer: MutationObserver
  /** The document, and the shadow roots in which slots are found. */
  _roots: Root[]
  /** Elements that may get a shadow root yet; none once the late chunk is loaded. */
  _shadowHosts?: Element[] | undefined
  /** Truthy once the page may have been painted: no redirect is followed any more. */
  _isPagePainted: unknown
  /** Events that wait to be sent, oldest first. */
  _pendingEvents: Event[]
  /** True if some of them cannot wait for others. */
  _isUrgent?: boolean
  /** Takes the service's time off an answer to a batch; the TV chunk adds it. */
  _takeTime?: (answer: Partial<BatchResponse> | null) => void
  /** Calls that wait for the late chunk, oldest first. */
  _pendingCalls: Call[]
  /** The User Timing marks that were left; the late chunk takes them. */
  _marks: Mark[]
  /** Our Trusted Types policy, once it was needed. */
  _policy?: TrustedPolicy
  /** Takes an event (`report.ts`). */
  _report(bridge: Bridge, draft: Draft): void
  /** Gives an element that shows a variant back to the page. */
  _giveBack(slotElement: Changed): void
  /** Requests decisions, unless a request is under way. */
  _ask(bridge: Bridge): void
  /** Begins a view if the app has changed the route, or the browser has restored the page. */
  _look(bridge: Bridge, isRestored?: boolean): void
  /** Takes the target of a redirect, so that the app goes there without a load. */
  _navigate?: ((address: string) => void) | undefined
  /** Called after a change: there may be events, calls, marks or another visitor. The late chunk sets it. */
  _notify(): void
  /** Sends what waits; the late chunk's own. */
  flush?: () => Promise<void>
  /** Sends the events that wait now, because the page or the visitor may be about to go. The late chunk replaces it. */
  _flushOnHide(bridge: Bridge): void
}

/** Starts the late chunk with its bridge. */
export type LoadLate = (bridge: Bridge) => void
