import type { FastifyInstance } from 'fastify'
import { addRoute } from '../app/route.ts'
import { batchRoutes } from './batch.ts'
import { contentRoute } from './content.ts'
import { contextualRoute } from './contextual.ts'
import { countsRoute } from './counts.ts'
import { decideRoute } from './decide.ts'
import { doctorRoute } from './doctor.ts'
import { eraseRoute } from './erase.ts'
import { healthRoutes } from './health.ts'
import { liveRoute } from './live.ts'
import { logRoute } from './log.ts'
import { metricsRoute } from './metrics.ts'
import { openApiRoute } from './openapi.ts'
import { reportRoute } from './report.ts'
import type { Route, RouteCore } from './route.ts'
import { chunkRoute, runtimeRoutes } from './runtime.ts'
import { segmentRoutes } from './segment.ts'
import { tvRoute } from './tv.ts'
import { tvRecordsRoute } from './tv-records.ts'

/** Every route of the service, in the order of its description. */
export const routes: readonly Route[] = [
  decideRoute,
  contextualRoute,
  contentRoute,
  liveRoute,
  countsRoute,
  tvRoute,
  ...batchRoutes,
  ...segmentRoutes,
  eraseRoute,
  doctorRoute,
  openApiRoute(() => routes),
  ...runtimeRoutes,
  chunkRoute,
  ...healthRoutes,
  metricsRoute,
  reportRoute,
  logRoute,
  tvRecordsRoute,
]

/** Adds to a listener all routes that it has. */
export function addRoutes(app: FastifyInstance, core: RouteCore): void {
  for (const route of routes) {
    const isHere = route.isOnBoth || (core.listener === 'admin') === (route.isAdmin ?? false)
    const handler = isHere ? route.create(core) : undefined
    if (handler) addRoute(app, { pattern: route.path, ...route }, handler)
  }
}
