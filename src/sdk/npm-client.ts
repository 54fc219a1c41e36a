import type { ClientDecision } from '../late/decision.ts'
import type { ClientEvents } from '../late/events.ts'
import type { Consent, JsonObject } from '../protocol/index.ts'
import type { ContentOf, EventOf, PropertiesOf, SlotOf, TraitsOf } from './schema.ts'

/** A page's client. Its methods never throw, and after `destroy` they do nothing. */
export interface Client<S = object> {
  /** Reports something the visitor did. Cached decisions that depend on this event are dropped at once. */
  track<Name extends EventOf<S>>(event: Name, ...properties: PropertiesOf<S, Name>): void
  /** Reports a page view. */
  page(name?: string, properties?: JsonObject): void
  /** Tells what the brand knows of the visitor. The id is left out under Global Privacy Control. */
  identify(userId?: string, traits?: TraitsOf<S>): void
  /** Tells that the visitor belongs to a group (a company, a household), and what the brand knows of it. */
  group(groupId: string, traits?: JsonObject): void
  /** Tells that the brand's id of this person has changed. Nothing is sent under Global Privacy Control. */
  alias(userId: string, previousId: string): void
  /** Forgets the visitor: the next answer brings a new identity. */
  reset(): void
  /**
   * Ends the link that joined this browser to a user of the brand: what is meant for that user is not shown here any more. The
   * visitor stays the same.
   */
  unlink(): void
  /** Records the visitor's choice. Anything but `granted` deletes what we have stored, in this task. */
  consent(choice: Consent): void
  /** `consent('denied')`: nothing of the visitor stays in this browser. */
  optOut(): void
  /**
   * What was decided for these slots, or for all. Never rejects: without an answer in time (default 2,000 ms) it gives the
   * default and the reason.
   */
  decide<Slot extends SlotOf<S>>(
    slots?: Slot[],
    options?: { timeoutMs?: number },
  ): Promise<{ [Name in Slot]: ClientDecision & { content?: ContentOf<S, Name> | undefined } }>
  /** The text or HTML that was decided for a slot, as far as it is known now; for apps that write it themselves. */
  content<Slot extends SlotOf<S>, Fallback>(slot: Slot, fallback: Fallback): ContentOf<S, Slot> | Fallback
  /** Calls back when something happens, and returns what stops it. */
  on<Name extends keyof ClientEvents>(event: Name, listen: (detail: ClientEvents[Name]) => void): () => void
  /** Calls back once the first decisions are known, or will not come. */
  ready(run: () => void): void
  /** Sends what waits; resolves when it was acknowledged or has to be tried again later. */
  flush(): Promise<void>
  /** Puts the page back as the brand made it, and stops. */
  destroy(): void
}
