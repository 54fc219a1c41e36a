import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Operation } from '../schema/operation.ts'

/** OpenAPI's description of the route. */
export const metricsOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/metrics',
    summary: 'Counts and times for Prometheus',
    answer: { mediaType: 'text/plain' },
    isAdmin: true,
  },
]

/** `GET /metrics`, for the operator alone. */
export function routeMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType)
    return metrics.text()
  })
}
