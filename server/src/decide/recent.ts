import type { JsonObject, RecentEvent } from 'prepaint/protocol'

/** Most characters of all recent events of a question, as JSON. */
export const MAX_RECENT_CHARS = 1_024

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * Returns an event of a question; undefined for what is none. A question may hold anything: what is no event is passed over, as an event that the
 * profile has already is, so that the browser does not send it again.
 */
export function recentEventOf(value: unknown): (RecentEvent & { properties: JsonObject }) | undefined {
  if (!isObject(value)) return undefined
  const { messageId, timestamp, event, properties = {} } = value
  if (!isText(messageId) || !isText(timestamp) || !isText(event) || !isObject(properties)) return undefined
  // Prepaint's own reports say what was shown, which no question may claim.
  return event.startsWith('pp:') || event === '__proto__' ? undefined : { messageId, timestamp, event, properties }
}
