import type { Event, Json, JsonObject } from '../protocol/index.ts'
import type { Bridge, Draft } from './bridge.ts'
import { encode, parse } from './json.ts'
import { safely } from './safely.ts'
import { consentNow } from './visitor.ts'

/** Where an event carries what the page has handed over. */
type Bags = { [Bag in 'properties' | 'traits']: JsonObject | undefined }

/**
 * Takes an event, unless the visitor has denied it, and gives it its id and its time. It is a copy of what the page has handed
 * over, as that is now; a property or trait that is no JSON (a cycle, a BigInt, a getter that throws) is left out and noted. The
 * id is unique also where a page seeds `Math.random` and stops the clock, as games, tests and crawlers do.
 * @throws for a name or an id that is no JSON.
 */
export function report(
  bridge: Bridge,
  draft: Draft & Partial<Bags> & { messageId?: string; timestamp?: string },
): void {
  const bag = draft.traits ? 'traits' : 'properties'
  const values = draft[bag]
  if (consentNow(bridge) === 'denied') return
  draft.timestamp = new Date().toISOString()
  // By the list's own `join`: typed arrays have had one since ES2015 only.
  draft.messageId = draft.timestamp + [].join.call(crypto.getRandomValues(new Uint32Array(2)))
  if (values) {
    const sound: JsonObject = (draft[bag] = {})
    Object.keys(values).forEach((name) => {
      try {
        encode(values[name])
        sound[name] = values[name] as Json
      } catch {
        note(bridge, 'dropped:' + name)
      }
    })
  }
  bridge._waiting.push(parse(encode(draft)) as Event)
  bridge._wake()
}

/**
 * Notes what has happened and leaves a User Timing mark, such as `pp:shown:hero` or `pp:fallback:timeout`: visible in
 * every browser's profiler and to the page's own monitoring.
 */
export const note = safely((bridge: Bridge, name: string) => {
  bridge._notes.push(name)
  performance.mark('pp:' + name)
})
