import type { Event } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { encode, parse } from './json.ts'
import { safely } from './safely.ts'
import { consentNow } from './visitor.ts'

/** An event before it has its id and its time. */
export type Draft = Event extends infer E ? (E extends Event ? Omit<E, 'messageId' | 'timestamp'> : never) : never

/**
 * Takes an event, unless the visitor has denied it, and gives it its id and its time. It is a copy of what the page has handed
 * over, as that is now; what is no JSON (a cycle, a BigInt, a getter that throws) costs this event and no other. The id is unique
 * among one visitor's last 500 events also where a page seeds `Math.random`, as games, tests and crawlers do.
 * @throws for what is no JSON.
 */
export function report(bridge: Bridge, draft: Draft & { messageId?: string; timestamp?: string }): void {
  if (consentNow(bridge) === 'denied') return
  draft.timestamp = new Date().toISOString()
  draft.messageId = draft.timestamp + Math.random()
  bridge.waiting.push(parse(encode(draft)) as Event)
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
