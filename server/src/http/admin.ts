import { type FastifyInstance, fastify } from 'fastify'
import type { Metrics } from '../metrics/metrics.ts'
import { answerError, answerUnknownRoute } from './answer-error.ts'
import { type Health, routeHealth } from './health.ts'

/** What the admin listener tells. */
export interface AdminOptions {
  metrics: Metrics
  health: Health
}

/** The second listener, for the operator alone: health and metrics. It logs nothing, for it is asked every few seconds. */
export function createAdminApp({ metrics, health }: AdminOptions): FastifyInstance {
  const app = fastify({ bodyLimit: 1_024, requestTimeout: 10_000, forceCloseConnections: true })
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(answerUnknownRoute)
  routeHealth(app, health)
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType)
    return metrics.text()
  })
  return app
}
