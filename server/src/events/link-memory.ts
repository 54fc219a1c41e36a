import { randomUUID } from 'node:crypto'
import type { EventLog } from '../streams/log.ts'
import { encodeRecord } from './record.ts'

/** What remembering depends on. */
export interface LinkMemoryOptions {
  log: EventLog
  /** Ms since 1970. */
  now: () => number
  /** Told when the log does not take it; the visitor is linked in this view and needs the link again. */
  onFailure(cause: unknown): void
}

/** Makes what writes into the log that a visitor has opened a user's link. No decision waits for it. */
export function createLinkMemory({ log, now, onFailure }: LinkMemoryOptions) {
  return (site: string, visitorId: string, userId: string): void => {
    const nowMs = now()
    const event = {
      type: 'identify' as const,
      messageId: randomUUID(),
      timestamp: new Date(nowMs).toISOString(),
      userId,
    }
    log.append([encodeRecord({ site, visitorId, receivedMs: nowMs, atMs: nowMs, event, isLinked: true })]).catch(onFailure)
  }
}
