import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HttpError } from '../app/errors.ts'
import { allowedMethods, type KnownRoute, type RouteAt } from '../app/unknown-routes.ts'
import type { OriginGate } from './origin.ts'

/** Headers that are allowed at once, and the longest list of them: agents add one or two. */
const MAX_HEADERS = 64
const MAX_LIST_LENGTH = 2_048

/** The name of a header field (RFC 9110, 5.1). */
const NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/

/** Time for which a browser may keep a preflight's answer, in s. */
const MAX_AGE_S = 86_400

/**
 * The headers that a page may send: any that it asks for, because monitoring agents add theirs to every request of a page
 * (`traceparent`, `Request-Id`, `x-datadog-…`) and Segment's clients `X-Retry-Count`. A key is allowed where events are
 * taken, and nowhere else: no page may send a server key.
 */
function allowedHeaders(asked: string | undefined, { takesPageKey }: KnownRoute): string[] {
  if (asked === undefined || asked.length > MAX_LIST_LENGTH) return []
  const names = asked
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => NAME.test(name) && name !== '*')
  return [...new Set(names)].filter((name) => takesPageKey || name !== 'authorization').slice(0, MAX_HEADERS)
}

/** `OPTIONS` of every route: what a page may send there (Fetch Standard, 4.8). */
export function routePreflight(app: FastifyInstance, gate: OriginGate, routeAt: RouteAt): void {
  function answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const route = routeAt(request.url)
    const isAny = route?.cors === 'any'
    const isAllowed = isAny || gate.allow(request, reply)
    if (!route) throw new HttpError('route_unknown')
    if (!isAllowed) throw new HttpError('origin_forbidden')
    if (isAny) reply.header('access-control-allow-origin', '*')
    const headers = allowedHeaders(request.headers['access-control-request-headers'], route)
    if (headers.length > 0) reply.header('access-control-allow-headers', headers.join(', '))
    return reply.code(204).headers({
      vary: isAny ? 'Access-Control-Request-Headers' : 'Origin, Access-Control-Request-Headers',
      allow: allowedMethods(route),
      'access-control-allow-methods': [...route.methods]
        .filter((method) => method !== 'OPTIONS')
        .sort()
        .join(', '),
      'access-control-max-age': MAX_AGE_S,
    })
  }

  app.options('*', (request, reply) => void answer(request, reply).send())
}
