import type { LiveMessage } from 'prepaint/protocol'

/** Keeps a connection open, and tells a page that it is: a comment (HTML Standard, 9.2.6). */
export const HEARTBEAT = ':\n\n'

/**
 * Returns the event that a message is. Its id is the version's revision, which the browser shows when it opens the stream again, at the
 * address with the version of the page's beginning.
 */
export function eventOf(message: LiveMessage): string {
  return `id: ${parseInt(message.plan.version)}\nevent: plan\ndata: ${JSON.stringify(message)}\n\n`
}

/** Returns the time after which a page that loses its connection opens another one. */
export function retryOf(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`
}
