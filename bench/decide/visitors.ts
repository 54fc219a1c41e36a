import { createTokens } from '../../server/src/identity/token.ts'
import { profileOf as profileAt, visitorBytes } from '../../server/src/loadtest/visitors.ts'
import type { Profile } from '../../server/src/profiles/profile.ts'

/** Name of the site that is measured. */
export const SITE = 'bench'

/** Number of visitors in the store. */
export const VISITORS = 1_000_000

/** Signs the tokens of the measured service, which listens to this machine alone. */
export const SECRET = 'prepaint-bench-prepaint-bench-prepaint-bench'

/** Time of the latest event, in ms since 1970: the same profiles each time they are made. */
const LAST_MS = Date.UTC(2026, 10, 1, 0, 20)

/** The profile of the visitor with this number. */
export function profileOf(index: number): Profile {
  return profileAt(index, LAST_MS)
}

/** Tokens of known visitors, `step` apart, from the one in turn `first` on. */
export function tokensOf(count: number, step: number, first = 0): string[] {
  let index = 0
  const tokens = createTokens({ secret: SECRET, randomBytes: () => visitorBytes(index) })
  return Array.from({ length: count }, (_none, turn) => {
    index = ((first + turn) * step) % VISITORS
    return tokens.issue(SITE).token
  })
}
