import type { Event } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { safely } from './safely.ts'
import { consentNow } from './visitor.ts'

/** An event before it has its id and its time. */
export type Draft = Event extends infer E ? (E extends Event ? Omit<E, 'messageId' | 'timestamp'> : never) : never

/**
 * Takes an event, unless the visitor has denied it, and gives it its id and its time. The id has to be unique among
 * one visitor's last 500 events: 52 random bits are. JSON writes a Date as ISO 8601.
 */
export function report(bridge: Bridge, draft: Draft & { messageId?: string; timestamp?: Date }): void {
  if (consentNow(bridge) === 'denied') return
  draft.timestamp = new Date()
  draft.messageId = '' + Math.random()
  bridge.waiting.push(draft as unknown as Event)
  bridge.wake()
}

/**
 * Notes what has happened and leaves a User Timing mark, such as `pp:shown:hero` or `pp:fallback:timeout`: visible in
 * every browser's profiler and to the page's own monitoring.
 */
export const note = safely((bridge: Bridge, name: string) => {
  bridge.notes.push(name)
  performance.mark('pp:' + name)
})
