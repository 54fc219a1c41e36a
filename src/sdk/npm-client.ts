import type { ClientDecision } from '../late/decision.ts'
import type { ClientEvents } from '../late/events.ts'
import type { Consent, JsonObject } from '../protocol/index.ts'
import type { ContentOf, EventOf, PropertiesOf, SlotOf, TraitsOf } from './schema.ts'

/** A page's client. Its methods never throw, and after `destroy` they do nothing. */
export interface Client<S = object> {
  /**
   * Reports something the visitor did. Cached decisions that depend on this event are dropped at once. Names of `KnownEvents` have
   * properties that are checked; any other name may have any.
   * @example
   * ```ts
   * client.track('Order Completed', { total: 49, currency: 'EUR' })
   * client.track('Seat Chosen', { row: 7 })
   * ```
   */
  track<Name extends EventOf<S>>(event: Name, ...properties: PropertiesOf<S, Name>): void
  /**
   * Reports a page view.
   * @example
   * ```ts
   * client.page('Checkout', { step: 2 })
   * ```
   */
  page(name?: string, properties?: JsonObject): void
  /**
   * Tells what the brand knows of the visitor. The id is left out under Global Privacy Control.
   * @example
   * ```ts
   * client.identify('u1', { plan: 'gold' })
   * client.identify(undefined, { newsletter: true }) // traits alone
   * ```
   */
  identify(userId?: string, traits?: TraitsOf<S>): void
  /**
   * Tells that the visitor belongs to a group (a company, a household), and what the brand knows of it.
   * @example
   * ```ts
   * client.group('acme', { seats: 12 })
   * ```
   */
  group(groupId: string, traits?: JsonObject): void
  /**
   * Tells that the brand's id of this person has changed. Nothing is sent under Global Privacy Control.
   * @example
   * ```ts
   * client.alias('u2', 'u1') // u1 is called u2 from now on
   * ```
   */
  alias(userId: string, previousId: string): void
  /**
   * Forgets the visitor: the next answer brings a new identity.
   * @example
   * ```ts
   * client.reset() // on logout, on a shared device
   * ```
   */
  reset(): void
  /**
   * Ends the link that joined this browser to a user of the brand: what is meant for that user is not shown here any more. The
   * visitor stays the same.
   * @example
   * ```ts
   * client.unlink() // "this is not me"
   * ```
   */
  unlink(): void
  /**
   * Finds slots in a shadow root, too. Call it in the task in which a component has filled its root, before it can be painted. Open
   * roots that stand in the page before it is loaded are found without it.
   * @example
   * ```ts
   * const card = document.querySelector('shop-card')
   * if (card?.shadowRoot) client.observe(card.shadowRoot)
   * ```
   */
  observe(root: ShadowRoot): void
  /**
   * Records the visitor's choice. Anything but `granted` deletes what we have stored, in this task.
   * @example
   * ```ts
   * client.consent('granted')
   * ```
   */
  consent(choice: Consent): void
  /**
   * `consent('denied')`: nothing of the visitor stays in this browser.
   * @example
   * ```ts
   * client.optOut()
   * ```
   */
  optOut(): void
  /**
   * Returns the decisions for these slots, or for all. Never rejects: without an answer in time (default 2,000 ms) it
   * gives the default and the reason.
   * @example
   * ```ts
   * const { headline } = await client.decide(['headline'], { timeoutMs: 500 })
   * console.log(headline?.variant, headline?.reason)
   * ```
   */
  decide<Slot extends SlotOf<S>>(
    slots?: Slot[],
    options?: { timeoutMs?: number },
  ): Promise<{ [Name in Slot]: ClientDecision & { content?: ContentOf<S, Name> | undefined } }>
  /**
   * The text or HTML that was decided for a slot, as far as it is known now; for apps that write it themselves.
   * @example
   * ```ts
   * document.title = String(client.content('headline', 'Welcome'))
   * ```
   */
  content<Slot extends SlotOf<S>, Fallback>(slot: Slot, fallback: Fallback): ContentOf<S, Slot> | Fallback
  /**
   * Calls back when something happens, and returns what stops it.
   * @example
   * ```ts
   * const stop = client.on('applied', ({ slot, outcome }) => console.log(slot, outcome))
   * stop()
   * ```
   */
  on<Name extends keyof ClientEvents>(event: Name, listen: (detail: ClientEvents[Name]) => void): () => void
  /**
   * Calls back once the first decisions are known, or will not come.
   * @example
   * ```ts
   * client.ready(() => console.log('decisions are known, or will not come'))
   * ```
   */
  ready(run: () => void): void
  /**
   * Sends what waits; resolves when it was acknowledged or has to be tried again later.
   * @example
   * ```ts
   * await client.flush()
   * ```
   */
  flush(): Promise<void>
  /**
   * Puts the page back as the brand made it, and stops.
   * @example
   * ```ts
   * client.destroy() // when the app is unmounted
   * ```
   */
  destroy(): void
}
