import { buildReport } from '../../report/build-report.ts'
import { HttpError } from '../app/errors.ts'
import type { Route } from './route.ts'

interface Query {
  site?: string
  experience?: string
  interval?: string
}

/** `GET /v1/report`, for the operator's console: the JSON of `prepaint-server report --json`, at the service that owns the log. */
export const reportRoute: Route = {
  method: 'get',
  path: '/v1/report',
  summary: 'Says what experiences have earned, and how sure that is; interval is always_valid (default) or fixed',
  query: ['site', 'experience', 'interval'],
  answer: { mediaType: 'application/json' },
  errors: ['site_unknown', 'internal'],
  isAdmin: true,
  create: ({ readTallies, now }) =>
    readTallies && {
      async answer({ query }, reply) {
        const { site = '', experience: only, interval } = query as Query
        const tallies = readTallies(site)
        if (!tallies) throw new HttpError('site_unknown')
        const chosen = interval === 'fixed' ? 'fixed' : 'always_valid'
        reply.header('cache-control', 'no-store')
        return buildReport(tallies, { atMs: now(), interval: chosen, ...(only === undefined ? {} : { only }) })
      },
    },
}
