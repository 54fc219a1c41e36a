import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../metrics/metrics.ts'

/** Counts requests by route and status, and notes how long they took; an address where nothing is is one route. */
export function countRequests(app: FastifyInstance, metrics: Metrics): void {
  const count = metrics.counter('requests_total', 'Requests by route and status.', ['route', 'status'])
  const took = metrics.durations('request_seconds', 'From the head of a request to the end of its answer.', ['route'])
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    count([route, String(reply.statusCode)])
    took([route], reply.elapsedTime)
    done()
  })
}
