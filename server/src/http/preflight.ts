import type { FastifyInstance } from 'fastify'
import type { OriginGate } from './origin.ts'
import { EVENT_PATHS } from './segment.ts'

/**
 * Segment's browser client sends the key in `Authorization` and its retries in `X-Retry-Count` (analytics-next 1.84.3), for
 * which a browser asks beforehand (Fetch Standard, 4.8). The tag needs none of this, and no page may send a server key.
 */
const ANSWER = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-type, x-retry-count',
  'access-control-max-age': '86400',
}

/** `OPTIONS` of the routes that take in events: whether a page may send them there. */
export function routePreflight(app: FastifyInstance, gate: OriginGate): void {
  for (const path of EVENT_PATHS) {
    app.options(path, { onRequest: gate.screen }, async (_request, reply) => reply.code(204).headers(ANSWER).send())
  }
}
