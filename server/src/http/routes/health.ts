import type { Route } from './route.ts'

/** `GET /healthz`: the process answers. */
const healthzRoute: Route = {
  method: 'get',
  path: '/healthz',
  summary: 'The process answers',
  answer: 'Health',
  isOnBoth: true,
  create: () => ({ answer: async () => ({ status: 'ok' }) }),
}

/**
 * `GET /readyz`: it may be given traffic, which it may not while it starts or ends. The public listener gives the codes of
 * problems alone.
 */
const readyzRoute: Route = {
  method: 'get',
  path: '/readyz',
  summary: 'It may be given traffic; 503 until then',
  answer: 'Health',
  alsoStatus: [503],
  isOnBoth: true,
  create: ({ listener, health: { isReady, problems } }) => ({
    async answer(_request, reply) {
      if (!isReady()) reply.code(503)
      const found = problems().map(({ code, message }) => (listener === 'admin' ? { code, message } : { code }))
      return { status: isReady() ? 'ready' : 'not ready', ...(found.length > 0 ? { problems: found } : {}) }
    },
  }),
}

/** `GET /readyz/region`: visitors who could go elsewhere may be sent to this region. */
const regionRoute: Route = {
  method: 'get',
  path: '/readyz/region',
  summary:
    'Visitors who could go elsewhere may be sent to this region: for DNS; 503 with the reason when they should not',
  answer: 'RegionHealth',
  alsoStatus: [503],
  isOnBoth: true,
  create: ({ health }) => ({
    async answer(_request, reply) {
      const region = health.region()
      if (region.status !== 'ready') reply.code(503)
      return region
    },
  }),
}

/** Routes for load balancers and DNS. */
export const healthRoutes: readonly Route[] = [healthzRoute, readyzRoute, regionRoute]
