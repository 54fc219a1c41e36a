import { createTokens } from '../../server/src/identity/token.ts'
import { LOADTEST_ORIGIN } from '../../server/src/loadtest/site.ts'
import { visitorBytes } from '../../server/src/loadtest/visitors.ts'

/** Events of a batch: as many as the client sends at once. */
export const EVENTS_A_BATCH = 20

/** Categories of what is looked at. */
const CATEGORIES = ['shoes', 'coats', 'books', 'music', 'garden']

/** Returns a whole HTTP request. */
export function post(path: string, body: object): string {
  const text = JSON.stringify(body)
  const headers = [
    `Origin: ${LOADTEST_ORIGIN}`,
    'Content-Type: text/plain;charset=UTF-8',
    `Content-Length: ${text.length}`,
  ]
  return [`POST ${path} HTTP/1.1`, `Host: ${new URL(LOADTEST_ORIGIN).host}`, ...headers, '', text].join('\r\n')
}

/** Returns a batch of one visitor; each event has an id of its own. */
export function batchOf(site: string, token: string, events: object[]): string {
  const timestamp = new Date().toISOString()
  const batch = events.map((event, index) => ({ timestamp, messageId: `${Math.random()}-${index}`, ...event }))
  return post('/v1/batch', { v: 1, site, consent: 'granted', token, sentAt: timestamp, batch })
}

/** Returns what somebody looks at in a shop. */
export function viewed(index: number): object {
  const properties = { product_id: `p-${index % 97}`, category: CATEGORIES[index % 5], price: (index % 90) + 0.5 }
  return { type: 'track', event: 'Product Viewed', properties }
}

/** Returns batches of as many visitors in turn. */
export function batchesOf(site: string, secret: string, count: number, visitors: number): string[] {
  let visitor = 0
  const tokens = createTokens({ secret, randomBytes: () => visitorBytes(visitor++) })
  const issued = Array.from({ length: visitors }, () => tokens.issue(site).token)
  return Array.from({ length: count }, (_none, index) => {
    const events = Array.from({ length: EVENTS_A_BATCH }, (_same, event) => viewed(index * EVENTS_A_BATCH + event))
    return batchOf(site, issued[index % visitors] as string, events)
  })
}
