import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the site that the request is for; empty until it is known to exist. */
    siteName: string
  }
}

/**
 * One line a request that is answered with `leastStatus` or more. It holds nothing that comes from the visitor: no
 * address, query, token, id, header or body, so that a log needs no consent and no erasure.
 */
export function logRequests(app: FastifyInstance, leastStatus: number): void {
  app.decorateRequest('siteName', '')
  app.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode < leastStatus) return done()
    request.log.info({
      method: request.method,
      route: request.routeOptions.url ?? '-',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
      ...(request.siteName === '' ? {} : { site: request.siteName }),
    })
    done()
  })
}
