import type { LiveMessage } from 'prepaint/protocol'

/** Keeps a connection open, and tells a page that it is: a comment (HTML Standard, 9.2.6). */
export const HEARTBEAT = ':\n\n'

/** Returns the event that a message is. */
export function eventOf(message: LiveMessage): string {
  return `event: plan\ndata: ${JSON.stringify(message)}\n\n`
}

/** Returns the time after which a page that loses its connection opens another one. */
export function retryOf(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`
}
