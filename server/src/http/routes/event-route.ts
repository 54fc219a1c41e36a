import type { FastifyReply, FastifyRequest } from 'fastify'
import { type BatchResponse, PROTOCOL_VERSION } from 'prepaint/protocol'
import type { Keys } from '../../identity/key.ts'
import type { Tokens } from '../../identity/token.ts'
import type { AdmissionQueue } from '../../ingest/admission-queue.ts'
import type { Batch, Ingest } from '../../ingest/ingest.ts'
import { LogError } from '../../streams/log.ts'
import { HttpError } from '../app/errors.ts'
import { authorize } from '../gate/authorization.ts'
import type { OriginGate } from '../gate/origin.ts'

/** Dependencies of the routes that take in events. */
export interface EventRouteOptions {
  gate: OriginGate
  keys: Keys
  tokens: Tokens
  ingest: Ingest
  lane: AdmissionQueue
  /** Told of each batch that there was no room for. */
  onShed(): void
  /** Ms since 1970. */
  now: () => number
}

/** Refuses a page of no site, a key that is none of ours and what there is no room for, before the body is read. */
export function screenEvents({ gate, keys, lane, onShed }: EventRouteOptions) {
  return (request: FastifyRequest, reply: FastifyReply, pass: () => void): void => {
    gate.screen(request, reply, () => {
      if (lane.isFull) {
        onShed()
        throw new HttpError('overloaded')
      }
      authorize(request, keys)
      pass()
    })
  }
}

/**
 * Takes in a batch.
 * @throws HttpError when it cannot be made durable.
 */
export async function takeIn(ingest: Ingest, batch: Batch): Promise<BatchResponse> {
  try {
    return { v: PROTOCOL_VERSION, ...(await ingest(batch)) }
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause
    throw new HttpError('log_unavailable', undefined, { cause })
  }
}
