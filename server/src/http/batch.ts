import type { FastifyInstance } from 'fastify'
import { type BatchResponse, type EventResult, PROTOCOL_VERSION } from 'prepaint/protocol'
import type { Batch, Ingest } from '../events/ingest.ts'
import type { Tokens } from '../identity/token.ts'
import { LogError } from '../streams/log.ts'
import { createValidator } from '../validate.ts'
import { checkBody } from './body.ts'
import { HttpError } from './errors.ts'
import { hasGpc } from './gpc.ts'
import type { OriginGate } from './origin.ts'
import { batchEnvelope } from './schema.ts'

const validator = createValidator(batchEnvelope)

/** What the route needs. */
export interface BatchRouteOptions {
  gate: OriginGate
  tokens: Tokens
  ingest: Ingest
}

function parseInstant(text: string): number {
  const instantMs = Date.parse(text)
  if (Number.isNaN(instantMs)) throw new HttpError('body_invalid', '/sentAt: must be a date in ISO 8601')
  return instantMs
}

async function store(ingest: Ingest, batch: Batch): Promise<EventResult[]> {
  try {
    return await ingest(batch)
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause
    throw new HttpError('log_unavailable', undefined, { cause })
  }
}

/** `POST /v1/batch`: takes in events. A 2xx means that every accepted one is on disk. */
export function routeBatch(app: FastifyInstance, { gate, tokens, ingest }: BatchRouteOptions): void {
  app.post('/v1/batch', { onRequest: gate.screen }, async (request): Promise<BatchResponse> => {
    const body = checkBody(validator, request.body)
    const site = gate.admit(request, body.site)
    if (body.consent !== 'granted') throw new HttpError('consent_missing')
    const visitorId = tokens.verify(site.name, body.token)
    if (visitorId === undefined) throw new HttpError('token_invalid')
    const results = await store(ingest, {
      site: site.name,
      visitorId,
      sentMs: parseInstant(body.sentAt),
      events: body.batch,
      withoutUserId: hasGpc(request),
    })
    return { v: PROTOCOL_VERSION, results }
  })
}
