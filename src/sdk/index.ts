/**
 * The client of an app. Pages without a bundler use the tag, which has the same methods (`docs/sdk.md`).
 * @module prepaint
 */
import { BRIDGE_VERSION, type Method } from '../client/bridge.ts'
import { startClient } from '../client/client.ts'
import type { ClientOptions, Config } from '../client/config.ts'
import { safely } from '../client/safely.ts'
import { createApi } from '../late/api.ts'
import { serve } from '../late/serve.ts'
import { configure } from './configure.ts'
import { createInert } from './inert-client.ts'
import type { Client } from './npm-client.ts'
import type { Schema } from './schema.ts'

export type { Outcome } from '../client/apply-decision.ts'
export type { ClientOptions } from '../client/config.ts'
export type { ClientDecision } from '../late/decision.ts'
export type { ClientEvents } from '../late/events.ts'
export type { Consent, Json, JsonObject, Reason, Tier } from '../protocol/index.ts'
export type {
  CartProductProperties,
  CartProperties,
  CheckoutStepProperties,
  CommerceEvents,
  CouponProperties,
  DeniedCouponProperties,
  FilteredListProperties,
  ListChoiceProperties,
  OpenProperties,
  OrderProperties,
  PaymentProperties,
  ProductListProperties,
  ProductProperties,
  ProductsProperties,
  PromotionProperties,
  ReviewProperties,
  SearchProperties,
  ShareProperties,
  WishlistProperties,
} from './commerce-events.ts'
export type { EventName, KnownEvents, KnownPropertiesOf } from './known-events.ts'
export type {
  AdProperties,
  AdType,
  ContentProperties,
  InterruptionProperties,
  MediaEvents,
  PlaybackProperties,
  QualityProperties,
  SeekProperties,
} from './media-events.ts'
export type { Client } from './npm-client.ts'
export type {
  ContentOf,
  EventOf,
  EventProperties,
  PropertiesOf,
  Schema,
  SchemaPart,
  SlotOf,
  TraitsOf,
} from './schema.ts'

/** By site and prefix: frameworks that mount twice (React's StrictMode) must not start twice. */
const clients: { [key: string]: Client | undefined } = {}

/**
 * Starts a client in this page, or returns the one that runs already for this site and prefix. As early as possible, because
 * slots that may have been seen already are left alone. Never throws: where no client can start (no browser, a page that has
 * changed what it needs) its methods do nothing.
 * @example
 * ```ts
 * import { createClient } from 'prepaint'
 *
 * const client = createClient({ site: 'shop', consent: 'granted' })
 * client.track('Order Completed', { total: 49 })
 * ```
 */
export function createClient<S extends Schema = object>(options: ClientOptions): Client<S> {
  try {
    const config = configure(options)
    const key = config.site + ' ' + config.prefix
    const running = Object.hasOwn(clients, key) ? clients[key] : undefined
    return (running ?? (clients[key] = start(config, () => (clients[key] = undefined)))) as Client<S>
  } catch {
    return createInert() as Client<S>
  }
}

function start(config: Config, onEnd: () => void): Client {
  const bridge = startClient(config, (bridge) => {
    void import('../late/deliver.ts').then(({ deliver }) => {
      deliver(
        bridge,
        served,
        (take) => {
          void import('../late/vitals.ts').then(({ startVitals }) => {
            startVitals(take)
          })
        },
        () => {
          void import('../tv/start.ts').then(({ startTv }) => {
            startTv(bridge, served)
          })
        },
      )
    })
  })
  const served = serve(bridge)
  // An app has all of it from the start.
  served.takeApi(BRIDGE_VERSION, createApi)
  served._enders.push(onEnd)
  const client = {} as { [name: string]: Method }
  Object.keys(bridge._client).forEach((name) => {
    client[name] = safely((...args: never[]) => (served.methods[name] ?? (bridge._client[name] as Method))(...args))
  })
  return client as unknown as Client
}
