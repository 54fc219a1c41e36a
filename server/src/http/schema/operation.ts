import type { ErrorCode } from 'prepaint/protocol'
import type { ComponentName } from './components.ts'

/** One route as OpenAPI describes it; stands beside its handler. */
export interface Operation {
  method: 'get' | 'post'
  /** As OpenAPI writes it: `/v1/decide/{site}/{contextKey}`. */
  path: string
  summary: string
  parameters?: readonly string[]
  /** Parameters of the query; the first must be there. */
  query?: readonly string[]
  /** Alternatives, each a component; or the media type of a body that is no JSON. */
  request?: readonly ComponentName[] | { mediaType: string }
  /** A component, or the media type of an answer that is no JSON. */
  answer: ComponentName | { mediaType: string }
  /** Media type of the same as text. */
  alsoAnswer?: string
  /** Default 200. */
  status?: 202
  /** Other statuses with the same body. */
  alsoStatus?: readonly number[]
  errors?: readonly ErrorCode[]
  /** Ways to show a key; the route also takes requests without one when `isKeyOptional`. */
  keys?: readonly ('serverKey' | 'eventsKey' | 'peerKey')[]
  isKeyOptional?: true
  /** On the second listener, of the operator. */
  isAdmin?: true
}

/** Errors that any route which reads a body of a page or of a server may answer with. */
export const bodyErrors: readonly ErrorCode[] = [
  'body_invalid',
  'body_too_deep',
  'body_too_large',
  'media_type_unsupported',
  'encoding_unsupported',
  'site_unknown',
  'origin_forbidden',
  'rate_limited',
  'overloaded',
  'internal',
]

/** Errors that any route which takes in events may answer with. */
export const eventErrors: readonly ErrorCode[] = [...bodyErrors, 'key_invalid', 'log_unavailable']
