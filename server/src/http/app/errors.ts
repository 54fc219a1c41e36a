import type { ErrorBody, ErrorCode } from 'prepaint/protocol'

interface ErrorKind {
  status: number
  /** General message; a more exact one may replace it. */
  message: string
}

/** Every error that the service answers with. `docs/errors.md` explains each to its reader; a test compares both. */
export const errors: { readonly [Code in ErrorCode]: ErrorKind } = {
  body_invalid: { status: 400, message: 'the body is not what this route takes' },
  body_too_deep: { status: 400, message: 'the body is nested too deeply: send flatter JSON' },
  body_too_large: {
    status: 413,
    message:
      'the body is too large (a question: 8192 bytes, events: 65536, a batch with a key: 512000): send less at once',
  },
  media_type_unsupported: { status: 415, message: 'send the body as text/plain or application/json' },
  encoding_unsupported: {
    status: 415,
    message: 'Content-Encoding may be gzip, deflate or br: send the body so, or as it is',
  },
  site_unknown: { status: 404, message: 'no catalog describes this site: compare data-site with its `site`' },
  origin_forbidden: { status: 403, message: 'this origin may not ask: add it to `origins` in the catalog' },
  token_invalid: { status: 401, message: 'the token is not one of ours or has expired: ask /v1/decide for a new one' },
  key_invalid: { status: 401, message: 'the key is not one of ours for this: print it with `prepaint-server key`' },
  consent_missing: { status: 403, message: 'events need consent `granted`: send none before' },
  context_invalid: {
    status: 400,
    message: 'no context key: it is `any`, or facts such as campaign=spring,device=mobile',
  },
  route_unknown: { status: 404, message: 'there is nothing at this address' },
  method_not_allowed: { status: 405, message: 'this address takes other methods: see Allow' },
  request_invalid: { status: 400, message: 'this is no HTTP request' },
  request_late: { status: 408, message: 'the request did not arrive in time' },
  headers_too_large: { status: 431, message: 'the headers have more than 16384 bytes: send fewer cookies, or none' },
  host_forbidden: { status: 403, message: 'the admin listener does not go by this name: add it with --admin-name' },
  log_unavailable: { status: 503, message: 'events cannot be stored now: send the batch again later' },
  streams_full: { status: 503, message: 'there is no room for another stream: poll, and try again later' },
  overloaded: { status: 429, message: 'more arrives than can be taken: send it again later' },
  rate_limited: { status: 429, message: 'too many requests: send fewer, and again later' },
  internal: { status: 500, message: 'the service has failed: see its log for the request id' },
}

/** Node's code for a request that was cut, by its client or by our timeout (Node 24). */
export const CUT = 'ECONNRESET'

/** An error that goes to the client as it is. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message = errors[code].message, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The answer's body for an error. */
export function errorBody({ code, message }: HttpError): ErrorBody {
  return { error: { code, message } }
}
