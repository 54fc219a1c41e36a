import { fastify, type FastifyInstance } from 'fastify'
import { LOG_PATH } from '../../forwarding/forward.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import { answerError } from '../app/answer-error.ts'
import { HttpError } from '../app/errors.ts'
import { refuseUnknown } from '../app/unknown-routes.ts'
import { createHostCheck } from '../gate/admin-host.ts'
import { type Health, routeHealth } from './health.ts'
import { routeMetrics } from './metrics.ts'

/** What the admin listener tells, and to whom. */
export interface AdminOptions {
  metrics: Metrics
  health: Health
  /** Names of hosts by which it may be asked, beside addresses and `localhost`. */
  names: readonly string[]
}

/** The second listener, for the operator alone: health and metrics. It logs nothing, for it is asked every few seconds. */
export function createAdminApp({ metrics, health, names }: AdminOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: 1_024,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    requestTimeout: 10_000,
    forceCloseConnections: true,
  })
  const isKnown = createHostCheck(names)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    // Other services come by any name, and show a key that no page has.
    if (!isKnown(request.headers.host) && request.routeOptions.url !== LOG_PATH) throw new HttpError('host_forbidden')
    done()
  })
  app.setErrorHandler(answerError)
  refuseUnknown(app)
  routeHealth(app, health, true)
  routeMetrics(app, metrics)
  return app
}
