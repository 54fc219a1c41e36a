import type { FastifyRequest } from 'fastify'
import type { BatchResponse } from 'prepaint/protocol'
import { KEY_IDS } from '../../identity/key.ts'
import { fieldsOf, readInstant } from '../../ingest/as-meant.ts'
import { readSegmentMessage } from '../../ingest/segment-api.ts'
import { createValidator } from '../../validate.ts'
import { checkBody } from '../app/body.ts'
import { HttpError } from '../app/errors.ts'
import { authorize } from '../gate/authorization.ts'
import { hasGpc } from '../gate/gpc.ts'
import { segmentBatch, segmentMessage } from '../schema/bodies.ts'
import { eventErrors } from '../schema/operation.ts'
import { eventHandler, type EventRouteCore, takeIn } from './event-route.ts'
import type { Route } from './route.ts'

const batchValidator = createValidator(segmentBatch)
const messageValidator = createValidator(segmentMessage)

interface Envelope {
  sentAt?: unknown
  writeKey?: unknown
  /** A batch's; beside a single message it is the message's own. */
  context?: unknown
}

/** True for a body that comes with a key: in its header, as Segment's clients send it, or inside, as beacons must. */
export function isKeyed({ headers, body }: FastifyRequest): boolean {
  return headers.authorization !== undefined || Object.hasOwn(Object(body) as object, 'writeKey')
}

function take(
  request: FastifyRequest,
  { gate, keys, tokens, ingest, now }: EventRouteCore,
  { sentAt, writeKey, context }: Envelope,
  messages: readonly unknown[],
): Promise<BatchResponse> {
  const key = authorize(request, keys) ?? keys.verify(typeof writeKey === 'string' ? writeKey : '')
  if (!key) throw new HttpError('key_invalid')
  const site = gate.admit(request, key.site)
  const receivedMs = now()
  const withoutUserId = hasGpc(request)
  const reading = { withoutUserId, verifyToken: (token: string) => tokens.verify(site.name, token) }
  return takeIn(ingest, {
    site: site.name,
    sentMs: readInstant(sentAt) ?? receivedMs,
    arrivals: messages.map((message) => readSegmentMessage(message, reading)),
    withoutUserId,
    keyId: KEY_IDS[key.access],
    // Not with a key that pages have: nobody may keep what visitors do out of reports.
    isImported: key.access === 'server' && fieldsOf(context)?.['imported'] === true,
    context,
    consentCategories: site.consentCategories,
  })
}

/** A batch in Segment's protocol. */
export function takeSegmentBatch(request: FastifyRequest, core: EventRouteCore): Promise<BatchResponse> {
  const body = checkBody(batchValidator, request.body)
  return take(request, core, body, body.batch)
}

/** One event in Segment's protocol; its type is the route's. */
async function takeOne(request: FastifyRequest, core: EventRouteCore, type: string): Promise<BatchResponse> {
  const body = checkBody(messageValidator, request.body)
  const answer = await take(request, core, body, [{ ...body, type }])
  if (answer.results[0] !== 'invalid') return answer
  const [reason] = answer.reasons ?? []
  throw new HttpError('body_invalid', `no valid ${type}: ${reason?.message ?? ''}`)
}

const types = ['track', 'page', 'identify', 'group', 'alias', 'screen']

/** `POST /v1/track` and its like, each also by the one letter that Segment's browser client calls it. */
export const segmentRoutes: readonly Route[] = types.flatMap((type) =>
  [type, type.charAt(0)].map((name): Route => ({
    method: 'post',
    path: `/v1/${name}`,
    summary: `Takes in one \`${type}\` in Segment's protocol${name === type ? '' : ', as its browser client calls it'}`,
    request: ['SegmentMessage'],
    answer: 'BatchResponse',
    errors: eventErrors,
    keys: ['eventsKey', 'serverKey'],
    isKeyOptional: true,
    takesPageKey: true,
    create: (core) => eventHandler(core, async (request) => takeOne(request, core, type)),
  })),
)
