import type { LiveContext } from '../decide/live-message.ts'
import { retryOf } from './event-text.ts'

/** Shortest and longest time after which a page opens a stream again that the service has ended, in ms: all would come at once. */
const MIN_RETRY_MS = 1_000
const MAX_RETRY_MS = 10_000

/** Bytes that a reader may leave unread; beyond them its connection is closed, and it gets the newest plan when it comes back. */
const MAX_UNREAD_BYTES = 65_536

/** Question of a page, which stays for as long as its stream is open. */
export interface LiveQuestion extends LiveContext {
  /** Name of the site. */
  site: string
  /** Version of the plan that the page has. */
  version?: string | undefined
}

/** Answer that stays open: Node's `ServerResponse`. */
export interface LiveResponse {
  write(text: string): unknown
  end(): unknown
  destroy(): unknown
  readonly writableLength: number
  once(event: 'close', listener: () => void): unknown
}

/** One open answer. */
export interface Stream {
  question: LiveQuestion
  response: LiveResponse
}

/** Writes to a stream whose page reads. */
export function sendTo({ response }: Stream, text: string): void {
  if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
  else response.write(text)
}

/** Ends a stream, and tells its page when to come back. */
export function endStream({ response }: Stream, random: () => number): void {
  response.write(retryOf(MIN_RETRY_MS + random() * (MAX_RETRY_MS - MIN_RETRY_MS)))
  response.end()
}
