import type { FastifyRequest } from 'fastify'
import { type BatchResponse, PROTOCOL_VERSION } from 'prepaint/protocol'
import type { Batch, Ingest } from '../../ingest/ingest.ts'
import { LogError } from '../../streams/log.ts'
import { parseBody } from '../app/body.ts'
import { HttpError } from '../app/errors.ts'
import { incomingOf } from '../app/read-body.ts'
import type { AddParsers, RouteHandler } from '../app/route.ts'
import { authorize } from '../gate/authorization.ts'
import type { RouteCore } from './route.ts'

/** Dependencies of the routes that take in events. */
export type EventRouteCore = Pick<
  RouteCore,
  'gate' | 'keys' | 'tokens' | 'ingest' | 'lane' | 'readEvents' | 'onShed' | 'now'
>

/** Bodies wait for their turn before they are parsed. */
function parseInTurn({ lane, readEvents }: EventRouteCore): AddParsers {
  function parse(
    request: FastifyRequest,
    _payload: unknown,
    done: (error: Error | null, body?: unknown) => void,
  ): void {
    readEvents(incomingOf(request), (error, text) => {
      if (error) return done(error)
      lane.add(text.length, () => {
        let parsed: unknown
        try {
          parsed = parseBody(text)
        } catch (flaw) {
          return done(flaw as Error)
        }
        done(null, parsed)
      })
    })
  }
  return (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(['text/plain', 'application/json'], parse)
  }
}

/** Answers with `take`, but refuses before the body is read a page of no site, a key that is none of ours and what there is no room for. */
export function eventHandler(
  core: EventRouteCore,
  take: (request: FastifyRequest) => Promise<BatchResponse>,
): RouteHandler {
  const { gate, keys, lane, onShed } = core
  return {
    screen(request, reply, pass) {
      gate.screen(request, reply, () => {
        if (lane.isFull) {
          onShed()
          throw new HttpError('overloaded')
        }
        authorize(request, keys)
        pass()
      })
    },
    answer: take,
    addParsers: parseInTurn(core),
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
