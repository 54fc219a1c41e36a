import type { FastifyRequest } from 'fastify'
import type { BatchResponse } from 'prepaint/protocol'
import { createValidator } from '../../validate.ts'
import { checkBody, MAX_KEYED_BODY_BYTES } from '../app/body.ts'
import { HttpError } from '../app/errors.ts'
import { hasGpc } from '../gate/gpc.ts'
import { deviceOf } from '../gate/page-context.ts'
import { batchEnvelope } from '../schema/bodies.ts'
import { eventErrors } from '../schema/operation.ts'
import { eventHandler, type EventRouteCore, takeIn } from './event-route.ts'
import type { Route } from './route.ts'
import { isKeyed, takeSegmentBatch } from './segment.ts'

const batchNames: { readonly [path: string]: string } = {
  '/v1/batch': "Takes in events, of the tag or in Segment's protocol",
  '/v1/b': "`/v1/batch` by the name that Segment's browser client gives it",
  '/v1/import': "`/v1/batch` by the name that Segment's server clients give it",
}

const validator = createValidator(batchEnvelope)

function parseInstant(text: string): number {
  const instantMs = Date.parse(text)
  if (Number.isNaN(instantMs)) throw new HttpError('body_invalid', '/sentAt: must be a date in ISO 8601')
  return instantMs
}

/** The tag's batch: all of its events are the token's visitor's. */
async function takeTagBatch(
  request: FastifyRequest,
  { gate, tokens, ingest, now }: EventRouteCore,
): Promise<BatchResponse> {
  const body = checkBody(validator, request.body)
  const site = gate.admit(request, body.site, body.token)
  if (body.consent !== 'granted') throw new HttpError('consent_missing')
  const visitorId = tokens.verify(site.name, body.token)
  if (visitorId === undefined) throw new HttpError('token_invalid')
  const taken = await takeIn(ingest, {
    site: site.name,
    sentMs: parseInstant(body.sentAt),
    arrivals: body.batch.map((value) => ({ visitorId, value })),
    withoutUserId: hasGpc(request),
    device: deviceOf(request.headers['user-agent']),
    consentCategories: site.consentCategories,
  })
  // Once all is on disk, so that the time is that of the answer.
  return { ...taken, nowMs: now() }
}

/**
 * `POST /v1/batch`: takes in events, of the tag or of a client of Segment's protocol, whose browser client calls it
 * `/v1/b`, and its server clients `/v1/import`, when they bring what has happened long ago. A 2xx means that every accepted one is on disk.
 */
export const batchRoutes: readonly Route[] = Object.entries(batchNames).map(([path, summary]) => ({
  method: 'post',
  path,
  summary,
  request: ['BatchRequest', 'SegmentBatch'],
  answer: 'BatchResponse',
  errors: [...eventErrors, 'consent_missing', 'token_invalid'],
  keys: ['eventsKey', 'serverKey'],
  isKeyOptional: true,
  maxBodyBytes: MAX_KEYED_BODY_BYTES,
  takesPageKey: true,
  create: (core) =>
    eventHandler(core, async (request) =>
      isKeyed(request) ? takeSegmentBatch(request, core) : takeTagBatch(request, core),
    ),
}))
