import type { Event } from '../protocol/index.ts'

/** An event before it has its id and its time. */
export type Draft = Event extends infer E ? (E extends Event ? Omit<E, 'messageId' | 'timestamp'> : never) : never

/**
 * Gives an event its id and its time. The id has to be unique among one visitor's events: the millisecond and 52 random
 * bits are. JSON writes a Date as ISO 8601.
 */
export function stampEvent(draft: Draft): Event {
  const event = draft as Event
  event.messageId = '' + Date.now() + Math.random()
  event.timestamp = new Date() as unknown as string
  return event
}
