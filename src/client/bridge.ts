import type { Event, JsonObject } from '../protocol/index.ts'
import type { Config } from './config.ts'
import type { Change } from './swap.ts'

/** The version of {@link Bridge}: a late chunk that was built for another one leaves the page as it is. */
export const BRIDGE_VERSION = 1

/** What the client and its late chunk share. They are built apart: these names are their contract. */
export interface Bridge {
  version: number
  config: Config
  /** Events that wait, oldest first. */
  events: Event[]
  /** The visitor's token; empty without consent and before the service has answered. Nothing may leave without it. */
  token(): string
  track(event: string, properties: JsonObject): void
  /** The service does not know the token: forgets it and asks for another. */
  renew(): void
  /** What has been changed in the page, in order. */
  changes: Change[]
  /** There may be something to send, or the token is gone, or the client was destroyed. The late chunk sets it. */
  wake(): void
  /** What waits must leave now, for the page or the visitor may be about to go. The late chunk has a better one. */
  leave(): void
  isDestroyed: boolean
}

/** Starts the late chunk with its bridge. */
export type LoadLate = (bridge: Bridge) => void
