import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LOG_PATH, MAX_FORWARDED_BYTES } from '../../forwarding/forward.ts'
import { readForwarded } from '../../forwarding/forwarded.ts'
import { isSame } from '../../identity/key.ts'
import { createAdmissionQueue } from '../../ingest/admission-queue.ts'
import type { EventSink } from '../../ingest/sink.ts'
import { LogError } from '../../streams/log.ts'
import { HttpError } from '../app/errors.ts'
import type { Operation } from '../schema/operation.ts'

/** OpenAPI's description of the route. */
export const logOperations: readonly Operation[] = [
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

/** Dependencies of taking in other services' events. */
export interface LogRouteOptions {
  /** What they show. */
  key: string
  sink: EventSink
  /** True when what has been taken in already is too much. */
  isBehind: () => boolean
  /** Ms since 1970. */
  now: () => number
}

/** `POST /v1/log`, for other services with the same secret: takes in their events. A 200 means that all of them are on disk. */
export function routeLog(app: FastifyInstance, { key, sink, isBehind, now }: LogRouteOptions): void {
  const lane = createAdmissionQueue({ isBehind })

  /** Who is no service of ours, and what there is no room for, is refused before the body is read. */
  const screen = async ({ headers }: FastifyRequest): Promise<void> => {
    if (!isSame(headers.authorization ?? '', `Bearer ${key}`))
      throw new HttpError('key_invalid', 'services around one log need the same PREPAINT_SECRET')
    if (lane.isFull) throw new HttpError('overloaded')
  }

  app.addContentTypeParser<Buffer>('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => {
    lane.add(body.length, () => done(null, body))
  })
  app.post<{ Body: Buffer }>(LOG_PATH, { onRequest: screen, bodyLimit: MAX_FORWARDED_BYTES }, async ({ body }) => {
    const records = Buffer.isBuffer(body) ? readForwarded(body, now()) : undefined
    if (!records)
      throw new HttpError('body_invalid', 'the body is no list of log entries: run the same version everywhere')
    try {
      await sink.append(records)
    } catch (cause) {
      if (!(cause instanceof LogError)) throw cause
      throw new HttpError('log_unavailable', undefined, { cause })
    }
    return { accepted: records.length }
  })
}
