import { fastify, type FastifyInstance } from 'fastify'
import { answerError } from './answer-error.ts'
import { HttpError } from './errors.ts'
import { refuseUnknown } from './unknown-routes.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by any name of its host. */
    takesAnyHost?: true
  }
}

/**
 * The second listener, for the operator alone, without routes. It logs nothing, for it is asked every few seconds.
 * @param isKnown by which names of its host it may be asked
 */
export function createAdminApp(isKnown: (host: string | undefined) => boolean): FastifyInstance {
  const app = fastify({
    bodyLimit: 1_024,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    requestTimeout: 10_000,
    forceCloseConnections: true,
  })
  app.addHook('onRequest', ({ headers, routeOptions }, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    if (!isKnown(headers.host) && !routeOptions.config?.takesAnyHost) throw new HttpError('host_forbidden')
    done()
  })
  app.setErrorHandler(answerError)
  refuseUnknown(app)
  return app
}
