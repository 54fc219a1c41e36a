import type { CompiledCatalog, Condition, Feature } from 'prepaint/engine'
import type { DecideResponse } from 'prepaint/protocol'

/** Keys that every event of a question has. */
const EVENT_KEYS = ['messageId', 'timestamp', 'event', 'properties']

/** Adds the names that a condition reads, and those of the objects on the way. Operators begin with a dollar sign. */
function addKeys(condition: unknown, keys: Set<string>): void {
  if (typeof condition !== 'object' || condition === null) return
  for (const [name, operand] of Object.entries(condition as Condition)) {
    if (!Array.isArray(condition) && !name.startsWith('$')) for (const key of name.split('.')) keys.add(key)
    addKeys(operand, keys)
  }
}

function keysOf(features: readonly Feature[]): string[] {
  const keys = new Set(EVENT_KEYS)
  for (const { definition } of features) {
    addKeys(definition.where, keys)
    if ('of' in definition) for (const key of definition.of.split('.')) keys.add(key)
  }
  return [...keys]
}

/** Events that a site's decisions depend on, and the keys that they read of them; undefined if they depend on none. */
export function awaitedOf({ slots }: CompiledCatalog, features: readonly Feature[]): DecideResponse['recent'] {
  const names = new Set(slots.flatMap(({ events }) => events))
  const events = [...names].filter((name) => !name.startsWith('pp:')).sort()
  if (events.length === 0) return undefined
  return { events, keys: keysOf(features.filter(({ definition }) => events.includes(definition.event ?? ''))) }
}
