import type { RequestEnd } from './request-end.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the site that the request is for; empty until it is known to exist. */
    siteName: string
  }
}

/**
 * Makes what writes one line a request that is answered with `leastStatus` or more. It holds nothing that comes from the
 * visitor: no address, query, token, id, header or body, so that a log needs no consent and no erasure.
 */
export function createRequestLog(leastStatus: number): (end: RequestEnd) => void {
  return ({ method, route, status, ms, siteName, log }) => {
    if (status < leastStatus) return
    log().info({
      method,
      route: route === 'none' ? '-' : route,
      status,
      ms: Math.round(ms * 100) / 100,
      ...(siteName === '' ? {} : { site: siteName }),
    })
  }
}
