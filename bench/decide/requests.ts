import { decideRequest } from '../../server/src/loadtest/requests.ts'
import { SITE, tokensOf } from './visitors.ts'

/** A number without common factor with the visitors' count: the reads wander through the whole store. */
const STEP = 7_919

/** Page views of known visitors, as whole HTTP requests. */
export function decideRequests(count: number): string[] {
  return tokensOf(count, STEP).map((token) => decideRequest(SITE, token))
}
