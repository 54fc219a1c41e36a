import type { Json, JsonObject } from 'prepaint/protocol'

/** Size of all traits as JSON, in bytes; a trait that no longer fits is left out. */
const MAX_TRAITS_BYTES = 4_096

function sizeBytes(key: string, value: Json): number {
  return Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(JSON.stringify(value)) + 2
}

/** Traits of one event that are looked at: as many as may have room, and some that forget one. */
const MAX_TRAITS_READ = 1_000

/**
 * Shallow: a trait replaces the older one of its name, and `null` forgets it.
 * @param keepsNull that a trait was forgotten is remembered: nobody else may say it then.
 */
export function mergeTraits(old: JsonObject, incoming: JsonObject, keepsNull = false): JsonObject {
  const merged = new Map(Object.entries(old))
  let total = [...merged].reduce((sum, [key, value]) => sum + sizeBytes(key, value), 0)
  for (const [key, value] of Object.entries(incoming).slice(0, MAX_TRAITS_READ)) {
    const before = merged.get(key)
    const rest = total - (before === undefined ? 0 : sizeBytes(key, before))
    const isForgotten = value === null && !keepsNull
    const grown = isForgotten ? rest : rest + sizeBytes(key, value)
    if (grown > MAX_TRAITS_BYTES) continue
    if (isForgotten) merged.delete(key)
    else merged.set(key, value)
    total = grown
  }
  return Object.fromEntries(merged)
}
