import type { Event, Json, JsonObject, SlotDecision } from '../protocol/index.ts'
import type { Bridge, Draft } from './bridge.ts'
import { encode, parse } from './json.ts'
import { keepRecent } from './recent.ts'
import { safely } from './safely.ts'
import { consentNow } from './visitor.ts'

/** Members of an event that carry the page's own values. */
type Payloads = { [Bag in 'properties' | 'traits']: JsonObject | undefined }

/**
 * Queues an event, unless consent was denied, and gives it its id and its time. The event is a copy of the page's values as
 * they are now; a property or trait that is no JSON (a cycle, a BigInt, a getter that throws) is left out, and a mark names
 * it. The id is unique also if a page seeds `Math.random` and stops the clock, as games, tests and crawlers do.
 * @throws if a name or an id is no JSON.
 */
export function report(
  bridge: Bridge,
  draft: Draft & Partial<Payloads> & { messageId?: string; timestamp?: string },
): void {
  const bag = draft.traits ? 'traits' : 'properties'
  const values = draft[bag]
  if (consentNow(bridge) === 'denied') return
  draft.timestamp = new Date().toISOString()
  // The list's own `join`: typed arrays have had one since ES2015 only.
  draft.messageId = draft.timestamp + [].join.call(crypto.getRandomValues(new Uint32Array(2)))
  if (values) {
    const sound: JsonObject = (draft[bag] = {})
    Object.keys(values).forEach((name) => {
      try {
        encode(values[name])
        sound[name] = values[name] as Json
      } catch {
        mark(bridge, 'dropped:' + name)
      }
    })
  }
  const event = parse(encode(draft)) as Event
  // First: an answer of another shape must not cost the event.
  bridge._pendingEvents.push(event)
  keepRecent(bridge, event)
  bridge._notify()
}

/**
 * Leaves a User Timing mark, such as `pp:shown:hero` or `pp:fallback:timeout`, which every browser's profiler and the page's
 * own monitoring can see, and keeps its name, and the decision that it tells of, for the late chunk.
 */
export const mark = safely((bridge: Bridge, name: string, decision?: SlotDecision) => {
  bridge._marks.push([name, decision])
  performance.mark('pp:' + name)
})
