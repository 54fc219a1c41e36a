import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { BatchResponse } from 'prepaint/protocol'
import { KEY_IDS } from '../../identity/key.ts'
import { readInstant } from '../../ingest/as-meant.ts'
import { readSegmentMessage } from '../../ingest/segment-api.ts'
import { createValidator } from '../../validate.ts'
import { checkBody } from '../app/body.ts'
import { HttpError } from '../app/errors.ts'
import { authorize } from '../gate/authorization.ts'
import { hasGpc } from '../gate/gpc.ts'
import { segmentBatch, segmentMessage } from '../schema/bodies.ts'
import { eventErrors, type Operation } from '../schema/operation.ts'
import { type EventRouteOptions, screenEvents, takeIn } from './event-route.ts'

/** OpenAPI's description of the routes. */
export const segmentOperations: readonly Operation[] = [
  'track',
  'page',
  'identify',
  'group',
  'alias',
  'screen',
].flatMap((type) =>
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

const batchValidator = createValidator(segmentBatch)
const messageValidator = createValidator(segmentMessage)

/** Segment's routes for one event, and what its browser client calls them. */
const types: { [path: string]: string } = {
  ...{ track: 'track', page: 'page', identify: 'identify', group: 'group', alias: 'alias', screen: 'screen' },
  ...{ t: 'track', p: 'page', i: 'identify', g: 'group', a: 'alias', s: 'screen' },
}

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
  { gate, keys, tokens, ingest, now }: EventRouteOptions,
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
    context,
    consentCategories: site.consentCategories,
  })
}

/** A batch in Segment's protocol. */
export function takeSegmentBatch(request: FastifyRequest, options: EventRouteOptions): Promise<BatchResponse> {
  const body = checkBody(batchValidator, request.body)
  return take(request, options, body, body.batch)
}

/** `POST /v1/track` and its like: one event in Segment's protocol; its type is the route's. */
export function routeSegment(app: FastifyInstance, options: EventRouteOptions): void {
  for (const [path, type] of Object.entries(types)) {
    app.post(`/v1/${path}`, { onRequest: screenEvents(options), config: { takesPageKey: true } }, async (request) => {
      const body = checkBody(messageValidator, request.body)
      const answer = await take(request, options, body, [{ ...body, type }])
      if (answer.results[0] !== 'invalid') return answer
      const [reason] = answer.reasons ?? []
      throw new HttpError('body_invalid', `no valid ${type}: ${reason?.message ?? ''}`)
    })
  }
}
