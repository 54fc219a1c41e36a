import { randomUUID } from 'node:crypto'
import type { EventSink } from './event-sink.ts'

/** What remembering depends on. */
export interface LinkMemoryOptions {
  sink: EventSink
  /** Ms since 1970. */
  now: () => number
  /** Told when the log does not take it; the visitor is linked in this view and needs the link again. */
  onFailure(cause: unknown): void
}

/** Makes what writes into the log that a visitor has opened a user's link. No decision waits for it. */
export function createLinkMemory({ sink, now, onFailure }: LinkMemoryOptions) {
  return (site: string, visitorId: string, userId: string): void => {
    const nowMs = now()
    const event = {
      type: 'identify' as const,
      messageId: randomUUID(),
      timestamp: new Date(nowMs).toISOString(),
      userId,
    }
    sink.append([{ kind: 'link', site, visitorId, receivedMs: nowMs, atMs: nowMs, event }]).catch(onFailure)
  }
}
