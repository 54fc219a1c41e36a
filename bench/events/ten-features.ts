import type { Feature, FeatureDefinition } from 'prepaint/engine'
import type { StoredRecord } from '../../server/src/ingest/record.ts'
import { visitorId } from '../../server/src/loadtest/visitors.ts'
import { EVENTS_A_BATCH, viewed } from './batches.ts'

const DAY_MS = 86_400_000

/** Time of the first event, in ms since 1970. */
export const FIRST_MS = Date.UTC(2026, 10, 1)

/** As a shop may have them: of every kind one, and one more that no event of the log meets. */
const DEFINITIONS: FeatureDefinition[] = [
  { kind: 'count', event: 'Product Viewed', withinMs: 7 * DAY_MS },
  { kind: 'count', event: 'Product Viewed', where: { category: 'shoes' }, withinMs: 30 * DAY_MS },
  { kind: 'sum', event: 'Product Viewed', of: 'price', withinMs: 90 * DAY_MS },
  { kind: 'since', event: 'Product Viewed', where: { price: { $gt: 80 } } },
  { kind: 'first', event: 'Product Viewed', of: 'category' },
  { kind: 'last', event: 'Product Viewed', of: 'category' },
  { kind: 'distinct', event: 'Product Viewed', of: 'product_id', withinMs: 7 * DAY_MS },
  { kind: 'top', event: 'Product Viewed', of: 'category', halfLifeMs: 7 * DAY_MS },
  { kind: 'ever', event: 'Order Completed' },
  { kind: 'session', timeoutMs: 1_800_000 },
]

/** The ten features. */
export const tenFeatures: Feature[] = DEFINITIONS.map((definition, index) => ({ id: `feature-${index}`, definition }))

/** A batch of one of so many visitors in turn, a minute after the one before. */
export function batchAt(site: string, index: number, visitors = Infinity): StoredRecord[] {
  const receivedMs = FIRST_MS + index * 60_000
  return Array.from({ length: EVENTS_A_BATCH }, (_none, event) => ({
    kind: 'event',
    ...{ site, visitorId: visitorId(index % visitors), receivedMs, atMs: receivedMs },
    event: {
      messageId: `${index}-${event}`,
      timestamp: new Date(receivedMs).toISOString(),
      ...viewed(index * EVENTS_A_BATCH + event),
    } as Extract<StoredRecord, { kind: 'event' }>['event'],
  }))
}
