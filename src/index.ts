import { BRIDGE_VERSION, type Method } from './client/bridge.ts'
import { startClient } from './client/client.ts'
import type { ClientOptions } from './client/config.ts'
import { safely } from './client/safely.ts'
import { configure } from './configure.ts'
import { createApi } from './late/api.ts'
import { serve } from './late/serve.ts'
import type { Client } from './npm-client.ts'
import type { Schema } from './schema.ts'

export type { ClientOptions } from './client/config.ts'
export type { ClientDecision } from './late/decision.ts'
export type { ClientEvents } from './late/events.ts'
export type { Client } from './npm-client.ts'
export type { Outcome } from './client/settle.ts'
export type { Consent, Json, JsonObject, Reason, Tier } from './protocol/index.ts'
export type { ContentOf, EventOf, PropertiesOf, Schema, SchemaPart, SlotOf, TraitsOf } from './schema.ts'

/** By site and prefix: frameworks that mount twice (React's StrictMode) must not start twice. */
const clients: { [key: string]: Client | undefined } = {}

/**
 * Starts a client in this page, or returns the one that runs already for this site and prefix. As early as possible, because
 * slots that may have been seen already are left alone.
 */
export function createClient<S extends Schema = object>(options: ClientOptions): Client<S> {
  const config = configure(options)
  const key = config.site + ' ' + config.prefix
  const running = clients[key]
  if (running) return running as Client<S>
  const bridge = startClient(config, (bridge) => {
    void import('./late/deliver.ts').then(({ deliver }) => {
      deliver(bridge, served, (take) => {
        void import('./late/vitals.ts').then(({ startVitals }) => {
          startVitals(take)
        })
      })
    })
  })
  const served = serve(bridge)
  // An app has all of it from the start.
  served.takeApi(BRIDGE_VERSION, createApi)
  served.onEnd(() => {
    clients[key] = undefined
  })
  const client = {} as { [name: string]: Method }
  Object.keys(bridge.client).forEach((name) => {
    client[name] = safely((...args: never[]) => (served.methods[name] ?? (bridge.client[name] as Method))(...args))
  })
  return (clients[key] = client as unknown as Client) as Client<S>
}
