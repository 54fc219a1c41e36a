import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

/** A request that was answered. */
export interface RequestEnd {
  method: string
  /** As the router has it; `none` where nothing is. */
  route: string
  status: number
  ms: number
  /** Empty until the site is known to exist. */
  siteName: string
  /** The request's own log. */
  log(): FastifyBaseLogger
}

/** Tells of each request that the framework has answered. */
export function tellRequestEnds(app: FastifyInstance, onEnd: (end: RequestEnd) => void): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, siteName, routeOptions } = request
    const { statusCode: status, elapsedTime: ms } = reply
    if (!routeOptions.config?.isDirect)
      onEnd({ method, route: routeOptions.url ?? 'none', status, ms, siteName, log: () => request.log })
    done()
  })
}
