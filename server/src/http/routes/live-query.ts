import type { PageFacts } from 'prepaint/protocol'
import { createValidator } from '../../validate.ts'
import { HttpError } from '../app/errors.ts'
import { decideRequest } from '../schema/bodies.ts'

/** Longest query, in characters: what it says stays for as long as the stream is open. */
const MAX_QUERY_LENGTH = 2_048

const validator = createValidator(decideRequest.properties.page)

/** Facts that must be said in a body, and in a query need not. */
const EMPTY = { path: '', campaign: '', referrer: '' }

/** Names of the facts that a query may hold. */
const FACTS = Object.keys(decideRequest.properties.page.properties)

/** Question of `GET /v1/live`, as its address has it. */
export interface LiveQuery {
  site: string
  page: PageFacts
  /** Version of the plan that the page has. */
  version: string | undefined
  /** True if the page polls. */
  isPoll: boolean
}

/**
 * Reads the query of `GET /v1/live`. Names that it does not know are passed over: proxies and agents add some.
 * @throws HttpError
 */
export function readLiveQuery(url: string): LiveQuery {
  const query = url.slice(url.indexOf('?') + 1)
  if (query.length > MAX_QUERY_LENGTH)
    throw new HttpError(
      'context_invalid',
      `the query has more than ${MAX_QUERY_LENGTH} characters: shorten the page's facts`,
    )
  const parameters = new URLSearchParams(url.includes('?') ? query : '')
  const said = FACTS.flatMap((name) => (parameters.has(name) ? [[name, parameters.get(name)] as const] : []))
  const page: unknown = { ...EMPTY, ...Object.fromEntries(said) }
  if (!validator.accepts(page)) throw new HttpError('context_invalid', 'a fact of the page is too long')
  return {
    site: parameters.get('site') ?? '',
    page,
    version: parameters.get('v') ?? undefined,
    isPoll: parameters.has('poll'),
  }
}
