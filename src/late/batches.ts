import type { Bridge } from '../client/bridge.ts'
import { createBatch, outboxKey, readOutbox } from '../client/outbox.ts'
import { writeItem } from '../client/storage.ts'
import { type BatchRequest, type Event, MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '../protocol/index.ts'

/** Events that may wait in memory; a page that tracks faster than it can send must not grow without end. */
const MAX_WAITING = 200

/** Characters that a batch's envelope takes at most. */
const ENVELOPE_CHARS = 1_000

/** `batches` without those that are among `others`; a batch is known by its first message. */
export function without(batches: BatchRequest[], others: BatchRequest[]): BatchRequest[] {
  const ids = others.map(({ batch }) => batch[0]?.messageId)
  return batches.filter(({ batch }) => ids.indexOf(batch[0]?.messageId) < 0)
}

/** Replaces the batches in storage, oldest first, as far as they fit. */
export function writeOutbox(prefix: string, batches: BatchRequest[]): void {
  let chars = 0
  const fitting = batches.filter((batch) => (chars += JSON.stringify(batch).length) < MAX_BATCH_BYTES)
  writeItem(outboxKey(prefix), fitting.length ? fitting : undefined)
}

/** Adds batches to those in storage. */
export function storeBatches(prefix: string, batches: BatchRequest[]): void {
  const stored = readOutbox(prefix)
  writeOutbox(prefix, stored.concat(without(batches, stored)))
}

/** False for properties with a cycle or a BigInt, which the page put there: they would keep every other event waiting. */
function isEncodable(event: Event): boolean {
  try {
    return !!JSON.stringify(event)
  } catch {
    return false
  }
}

/**
 * Takes the events that wait and seals them into batches of the present visitor; without a token they go on waiting,
 * as far as there is room. Characters are counted: even at 3 bytes each, a batch fits the 64 KiB that all keepalive
 * requests of a page share (Fetch Standard, 4.6).
 */
export function sealBatches(bridge: Bridge): BatchRequest[] {
  const token = bridge.token()
  const batches: BatchRequest[] = []
  const waiting = bridge.events.length
  bridge.events = bridge.events.filter(isEncodable).slice(0, MAX_WAITING)
  const dropped = waiting - bridge.events.length
  while (token && bridge.events.length) {
    let chars = ENVELOPE_CHARS
    let count = 0
    bridge.events.slice(0, MAX_BATCH_EVENTS).forEach((event) => {
      chars += JSON.stringify(event).length
      if (chars < MAX_BATCH_BYTES) count++
    })
    batches.push(createBatch(bridge.config.site, token, bridge.events.splice(0, count || 1)))
  }
  if (dropped && batches[0]) batches[0].dropped = dropped
  return batches
}
