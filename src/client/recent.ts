import type { Event, RecentEvent } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { saveCache } from './cache.ts'
import { encode, parse, stringify } from './json.ts'

/** Most characters of `recent` in a decision request, as JSON. */
const MAX_CHARS = 1_000

/** Keeps what decisions read of an event that some slot depends on, until an answer says that the profile has it. */
export function keepRecent(bridge: Bridge, event: Event): void {
  const { _record: record } = bridge
  const wanted = record.answer && record.answer.recent
  if (!wanted || wanted.events.indexOf((event as RecentEvent).event) < 0) return
  record.recent = (record.recent || []).concat(parse(stringify(event, wanted.keys)) as RecentEvent)
  while (encode(record.recent).length > MAX_CHARS) record.recent.shift()
  saveCache(bridge)
  bridge._isUrgent = true
}
