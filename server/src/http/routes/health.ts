import type { FastifyInstance } from 'fastify'
import type { Operation } from '../schema/operation.ts'

/** OpenAPI's description of the routes. */
export const healthOperations: readonly Operation[] = [
  { method: 'get', path: '/healthz', summary: 'The process answers', answer: 'Health' },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It may be given traffic; 503 until then',
    answer: 'Health',
    alsoStatus: [503],
  },
  {
    method: 'get',
    path: '/readyz/region',
    summary:
      'Visitors who could go elsewhere may be sent to this region: for DNS; 503 with the reason when they should not',
    answer: 'RegionHealth',
    alsoStatus: [503],
  },
]

/** Why nobody should be sent to a region. */
export type RegionFlaw = 'not_ready' | 'data_centre_lost' | 'data_centre_stale'

/** Whether visitors who could be sent to another region should be sent to this one. */
export interface RegionHealth {
  status: 'ready' | 'not ready'
  reason?: RegionFlaw
  /** The near one; absent where the store is on this machine. */
  dataCentre?: string
  /** Age of its data; absent when no heartbeat has been seen there. */
  stalenessMs?: number
}

/** What keeps a service that answers decisions from something else. */
export interface HealthProblem {
  code: 'disk_low'
  /** Where, and what to do; for the operator alone, since it may name a directory. */
  message: string
}

/** What says whether traffic may come. */
export interface Health {
  /** For a load balancer: to this process. */
  isReady(): boolean
  /** For DNS: to this region. */
  region(): RegionHealth
  /** What an operator has to see to, ready or not. */
  problems(): readonly HealthProblem[]
}

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it may be given traffic, which it may not while it starts or ends.
 * `GET /readyz/region`: visitors who could go elsewhere may be sent to this region.
 * @param saysWhere what operators see; the public listener gives the codes of problems alone
 */
export function routeHealth(app: FastifyInstance, { isReady, region, problems }: Health, saysWhere: boolean): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    if (!isReady()) reply.code(503)
    const found = problems().map(({ code, message }) => (saysWhere ? { code, message } : { code }))
    return { status: isReady() ? 'ready' : 'not ready', ...(found.length > 0 ? { problems: found } : {}) }
  })
  app.get('/readyz/region', async (_request, reply) => {
    const health = region()
    if (health.status !== 'ready') reply.code(503)
    return health
  })
}
