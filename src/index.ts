import { type Client, startClient } from './client/client.ts'
import type { ClientOptions } from './client/config.ts'
import { configure } from './configure.ts'

export type { Client } from './client/client.ts'
export type { ClientOptions } from './client/config.ts'
export type { Consent, Json, JsonObject } from './protocol/index.ts'

/**
 * Starts a client in this page: as early as possible, because slots that may have been seen already are left alone.
 * Its methods never throw.
 */
export function createClient(options: ClientOptions): Client {
  return startClient(configure(options), (bridge) => {
    void import('./late/late.ts').then(({ start }) => {
      start(bridge)
    })
  })
}
