import type { Catalog } from 'prepaint/engine'
import { type ReportOptions, reportSteps } from '../../report/build-report.ts'
import type { Report } from '../../report/report.ts'
import { planOf } from '../../tally/plan-of.ts'
import type { SiteTallies } from '../../tally/tallies.ts'
import { HttpError } from '../app/errors.ts'
import type { Route } from './route.ts'

interface Query {
  site?: string
  experience?: string
  interval?: string
}

function isInterval(text: string): text is Report['interval'] {
  return text === 'always_valid' || text === 'fixed'
}

/** The counts of a site that has just begun: its plan is on the way into the log. */
function nothingCounted(catalog: Catalog, nowMs: number): SiteTallies {
  const plans = [{ ...planOf(catalog), fromMs: nowMs }]
  const none = { periods: [], arrivals: [], outcomes: [], segments: [], flaws: [] }
  return { site: catalog.site, plans, ...none, erased: 0, untilMs: nowMs }
}

/** Makes a report between decisions: that of a large site takes a few hundred ms. */
async function inTurns(tallies: SiteTallies, options: ReportOptions): Promise<Report> {
  const steps = reportSteps(tallies, options)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** `GET /v1/report`, for the operator's console: the JSON of `prepaint-server report --json`, at the service that owns the log. */
export const reportRoute: Route = {
  method: 'get',
  path: '/v1/report',
  summary: 'Says what experiences have earned, and how sure that is; interval is always_valid (default) or fixed',
  query: ['site', 'experience', 'interval'],
  answer: { mediaType: 'application/json' },
  errors: ['site_unknown', 'route_unknown', 'context_invalid', 'internal'],
  isAdmin: true,
  create: ({ readTallies, sites, now }) =>
    readTallies && {
      async answer({ query }, reply) {
        const { site = '', experience: only, interval } = query as Query
        const known = sites.get(site)
        const tallies = readTallies(site) ?? (known && nothingCounted(known.catalog, now()))
        if (!tallies) throw new HttpError('site_unknown')
        if (interval !== undefined && !isInterval(interval))
          throw new HttpError('context_invalid', 'interval is always_valid or fixed')
        reply.header('cache-control', 'no-store')
        const chosen = { atMs: now(), interval: interval ?? 'always_valid' }
        const report = await inTurns(tallies, only === undefined ? chosen : { ...chosen, only })
        if (only !== undefined && report.experiences.length === 0)
          throw new HttpError('route_unknown', `site ${site} has no experience of this name`)
        return report
      },
    },
}
