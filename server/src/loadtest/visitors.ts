import { createHash } from 'node:crypto'
import type { Profile } from '../profiles/profile.ts'

function bytesOf(index: number): Buffer {
  return createHash('sha256').update(String(index)).digest()
}

/** The 16 bytes of which the id of the visitor with this number is made; as random as those of one that was issued. */
export function visitorBytes(index: number): Buffer {
  return bytesOf(index).subarray(0, 16)
}

/** The id of the visitor with this number. */
export function visitorId(index: number): string {
  return visitorBytes(index).toString('base64url')
}

/**
 * A profile of about 1 KB as a store keeps it: some traits, 20 counted events, 10 recent ones, 15 messages seen.
 * @param lastSeenMs ms since 1970.
 */
export function profileOf(index: number, lastSeenMs: number): Profile {
  const name = (number: number): string => `Product ${(index + number) % 97} Viewed`
  const traits = {
    plan: 'pro',
    age: 20 + (index % 50),
    tags: ['sale', 'new'],
    city: `City ${index % 1_000}`,
    industry: 'retail',
    email: `visitor-${index}@mail.example`,
  }
  const firstSeenMs = lastSeenMs - 1_200_000
  const numbers = Array.from({ length: 20 }, (_none, number) => number)
  return {
    traits,
    events: {
      'Order Completed': index % 7,
      ...Object.fromEntries(numbers.map((number) => [name(number), 1 + (number % 9)])),
    },
    pageViews: 3 + (index % 9),
    recent: numbers.slice(0, 10).map((number) => ({ name: name(number), atMs: firstSeenMs + number * 60_000 })),
    assignments: {},
    shown: {},
    seen: Buffer.concat(numbers.slice(0, 15).map((number) => bytesOf(index + number).subarray(0, 6))),
    firstSeenMs,
    lastSeenMs,
  }
}
