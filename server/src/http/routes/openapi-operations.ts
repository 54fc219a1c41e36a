import type { ErrorCode } from 'prepaint/protocol'
import type { ComponentName } from '../schema/components.ts'

/** One route as OpenAPI describes it. */
export interface Operation {
  method: 'get' | 'post'
  /** As OpenAPI writes it: `/v1/decide/{site}/{contextKey}`. */
  path: string
  summary: string
  parameters?: readonly string[]
  /** Alternatives, each a component; or the media type of a body that is no JSON. */
  request?: readonly ComponentName[] | { mediaType: string }
  /** A component, or the media type of an answer that is no JSON. */
  answer: ComponentName | { mediaType: string }
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

const bodyErrors: readonly ErrorCode[] = [
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
const eventErrors: readonly ErrorCode[] = [...bodyErrors, 'key_invalid', 'log_unavailable']

const batchNames: { readonly [path: string]: string } = {
  '/v1/batch': "Takes in events, of the tag or in Segment's protocol",
  '/v1/b': "`/v1/batch` by the name that Segment's browser client gives it",
  '/v1/import': "`/v1/batch` by the name that Segment's server clients give it",
}

const batches = Object.entries(batchNames).map(([path, summary]): Operation => ({
  method: 'post',
  path,
  summary,
  request: ['BatchRequest', 'SegmentBatch'],
  answer: 'BatchResponse',
  errors: [...eventErrors, 'consent_missing', 'token_invalid'],
  keys: ['eventsKey', 'serverKey'],
  isKeyOptional: true,
}))

const single = ['track', 'page', 'identify', 'group', 'alias', 'screen'].flatMap((type) =>
  [type, type.charAt(0)].map((name): Operation => ({
    method: 'post',
    path: `/v1/${name}`,
    summary: `Takes in one \`${type}\` in Segment's protocol${name === type ? '' : ', as its browser client calls it'}`,
    request: ['SegmentMessage'],
    answer: 'BatchResponse',
    errors: eventErrors,
    keys: ['eventsKey', 'serverKey'],
    isKeyOptional: true,
  })),
)

const health: readonly Operation[] = [
  { method: 'get', path: '/healthz', summary: 'The process answers', answer: 'Health' },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It may be given traffic; 503 until then',
    answer: 'Health',
    alsoStatus: [503],
  },
  {
    method: 'get',
    path: '/readyz/region',
    summary:
      'Visitors who could go elsewhere may be sent to this region: for DNS; 503 with the reason when they should not',
    answer: 'RegionHealth',
    alsoStatus: [503],
  },
]

/** Every route of the service, and nothing else. */
export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/decide',
    summary: 'What a visitor, or with a server key a user, should see in every slot',
    request: ['DecideRequest'],
    answer: 'DecideResponse',
    errors: [...bodyErrors, 'key_invalid'],
    keys: ['serverKey'],
    isKeyOptional: true,
  },
  {
    method: 'get',
    path: '/v1/decide/{site}/{contextKey}',
    summary:
      'What anybody should see under these circumstances, for shared caches; other spellings of a key are sent to the one',
    parameters: ['site', 'contextKey'],
    answer: 'DecideResponse',
    errors: ['site_unknown', 'context_invalid', 'rate_limited', 'internal'],
  },
  ...batches,
  ...single,
  {
    method: 'post',
    path: '/v1/erase',
    summary: 'Forgets all that is known of a user or visitor: names one of userId, anonymousId and token',
    request: ['EraseRequest'],
    answer: 'EraseResponse',
    status: 202,
    errors: [...bodyErrors, 'key_invalid', 'token_invalid', 'log_unavailable'],
    keys: ['serverKey'],
  },
  {
    method: 'get',
    path: '/v1/doctor',
    summary: 'What of this very request has reached the service',
    answer: 'DoctorResponse',
  },
  { method: 'get', path: '/v1/openapi.json', summary: 'This document', answer: { mediaType: 'application/json' } },
  { method: 'get', path: '/prepaint.js', summary: 'The tag', answer: { mediaType: 'text/javascript' } },
  {
    method: 'get',
    path: '/prepaint-late.js',
    summary: 'What the tag loads after the first paint',
    answer: { mediaType: 'text/javascript' },
  },
  {
    method: 'get',
    path: '/prepaint-api.js',
    summary: 'The calls that most pages never make',
    answer: { mediaType: 'text/javascript' },
  },
  {
    method: 'get',
    path: '/prepaint-vitals.js',
    summary: 'Core Web Vitals, for pages that ask for them',
    answer: { mediaType: 'text/javascript' },
  },
  {
    method: 'get',
    path: '/prepaint-stub.js',
    summary: 'The command queue, as `snippet` prints it',
    answer: { mediaType: 'text/javascript' },
  },
  ...health,
  {
    method: 'get',
    path: '/metrics',
    summary: 'Counts and times for Prometheus',
    answer: { mediaType: 'text/plain' },
    isAdmin: true,
  },
  {
    method: 'post',
    path: '/v1/log',
    summary: "Takes in other services' events, as entries of the log",
    request: { mediaType: 'application/octet-stream' },
    answer: 'LogResponse',
    errors: [
      'body_invalid',
      'body_too_large',
      'media_type_unsupported',
      'key_invalid',
      'log_unavailable',
      'overloaded',
      'internal',
    ],
    keys: ['peerKey'],
    isAdmin: true,
  },
]
