import type { Metrics } from '../../metrics/metrics.ts'
import type { RequestEnd } from './request-end.ts'

/** Counts requests by route and status, and notes how long they took; an address where nothing is is one route. */
export function createRequestCounts(metrics: Metrics): (end: RequestEnd) => void {
  const count = metrics.counter('requests_total', 'Requests by route and status.', ['route', 'status'])
  const took = metrics.durations('request_seconds', 'From the head of a request to the end of its answer.', ['route'])
  return ({ route, status, ms }) => {
    count([route, String(status)])
    took([route], ms)
  }
}
