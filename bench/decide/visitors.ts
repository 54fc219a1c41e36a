import { createHash } from 'node:crypto'
import { createTokens } from '../../server/src/identity/token.ts'
import type { Profile } from '../../server/src/profiles/profile.ts'
import { SITE } from './site.ts'

/** How many visitors the store knows. */
export const VISITORS = 1_000_000

/** Signs the tokens of the measured service, which listens to this machine alone. */
export const SECRET = 'prepaint-bench-prepaint-bench-prepaint-bench'

/** When all of it happened, in ms since 1970: the same profiles each time they are made. */
const AT_MS = Date.UTC(2026, 10, 1)

function bytesOf(index: number): Buffer {
  return createHash('sha256').update(String(index)).digest()
}

/** The id of the visitor with this number; as random as one that was minted. */
export function visitorId(index: number): string {
  return bytesOf(index).toString('base64url', 0, 16)
}

/** Tokens of known visitors, `step` apart. */
export function tokensOf(count: number, step: number): string[] {
  let index = 0
  const tokens = createTokens({ secret: SECRET, randomBytes: () => bytesOf(index).subarray(0, 16) })
  return Array.from({ length: count }, (_none, turn) => {
    index = (turn * step) % VISITORS
    return tokens.mint(SITE).token
  })
}

/** A profile of about 1 KB as the store keeps it: some traits, 20 counted events, 12 recent ones, 40 messages seen. */
export function profileOf(index: number): Profile {
  const name = (number: number): string => `Product ${(index + number) % 97} Viewed`
  const traits = {
    plan: 'pro',
    age: 20 + (index % 50),
    tags: ['sale', 'new'],
    city: `City ${index % 1_000}`,
    industry: 'retail',
    email: `visitor-${index}@mail.example`,
  }
  const numbers = Array.from({ length: 20 }, (_none, number) => number)
  return {
    traits,
    events: { 'Order Completed': index % 7, ...Object.fromEntries(numbers.map((number) => [name(number), 1 + (number % 9)])) },
    pageViews: 3 + (index % 9),
    recent: numbers.slice(0, 10).map((number) => ({ name: name(number), atMs: AT_MS + number * 60_000 })),
    assignments: {},
    shown: {},
    seen: Buffer.concat(numbers.slice(0, 15).map((number) => bytesOf(index + number).subarray(0, 6))),
    firstSeenMs: AT_MS,
    lastSeenMs: AT_MS + 1_200_000,
  }
}
