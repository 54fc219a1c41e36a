import type { Route } from './route.ts'

/** `GET /metrics`, for the operator alone. */
export const metricsRoute: Route = {
  method: 'get',
  path: '/metrics',
  summary: 'Counts and times for Prometheus',
  answer: { mediaType: 'text/plain' },
  isAdmin: true,
  create: ({ metrics }) => ({
    async answer(_request, reply) {
      reply.header('content-type', metrics.contentType)
      return metrics.text()
    },
  }),
}
