import type { Bridge } from '../client/bridge.ts'
import { saveCache } from '../client/cache.ts'
import { encode, parse, stringify } from '../client/json.ts'
import type { DecideResponse, Event, RecentEvent } from '../protocol/index.ts'

type Answer = { recent: Required<DecideResponse>['recent'] }

/** Most characters of `recent` in a decision request, as JSON. */
const MAX_CHARS = 1_000

/** True of an event that some slot depends on. */
export function isAwaited({ _record: { answer } }: Bridge, event: Event): boolean {
  return !!answer && !!answer.recent && answer.recent.events.indexOf((event as RecentEvent).event) >= 0
}

/** Keeps what decisions read of these events, until an answer says that the profile has them. */
export function keepRecent(bridge: Bridge, events: Event[]): void {
  const { _record: record } = bridge
  events.forEach((event) => {
    if (!isAwaited(bridge, event)) return
    const recent = (record.recent = record.recent || [])
    recent.push(parse(stringify(event, (record.answer as Answer).recent.keys)) as RecentEvent)
    while (encode(recent).length > MAX_CHARS) recent.shift()
    saveCache(bridge)
  })
}
