import type { FastifyInstance } from 'fastify'

/** `GET /healthz`: the process answers. `GET /readyz`: it may be given traffic, which it may not while it starts or ends. */
export function routeHealth(app: FastifyInstance, isReady: () => boolean): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    if (!isReady()) reply.code(503)
    return { status: isReady() ? 'ready' : 'not ready' }
  })
}
