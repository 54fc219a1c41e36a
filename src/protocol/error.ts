/** Codes of the service's errors; `docs/errors.md` gives each one's status, meaning and remedy. */
export type ErrorCode =
  | 'body_invalid'
  | 'body_too_large'
  | 'body_too_deep'
  | 'media_type_unsupported'
  | 'encoding_unsupported'
  | 'site_unknown'
  | 'origin_forbidden'
  | 'token_invalid'
  | 'key_invalid'
  | 'consent_missing'
  | 'context_invalid'
  | 'route_unknown'
  | 'method_not_allowed'
  | 'request_invalid'
  | 'request_late'
  | 'headers_too_large'
  | 'host_forbidden'
  | 'log_unavailable'
  | 'streams_full'
  | 'overloaded'
  | 'rate_limited'
  | 'internal'

/** Body of every answer that is not 2xx. */
export interface ErrorBody {
  /** The error. */
  error: {
    /** For programs; stays the same between versions. */
    code: ErrorCode
    /** Message for people: the mistake, its place, and what to do. */
    message: string
  }
}
