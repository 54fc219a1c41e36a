import { PROTOCOL_VERSION } from 'prepaint/protocol'
import type { Route } from './route.ts'

/** Headers that decisions and consent depend on. */
export const NEEDED_HEADERS: readonly string[] = [
  'accept-language',
  'origin',
  'sec-fetch-site',
  'sec-gpc',
  'user-agent',
]

/** What came through the proxies of one's own request. */
export interface Received {
  v: number
  /** How many cookies came: none should. */
  cookies: number
  /** Which of the headers that the service needs came. */
  headers: string[]
}

/** `GET /v1/doctor`: what of this very request has reached the service, for `prepaint-server doctor`. */
export const doctorRoute: Route = {
  method: 'get',
  path: '/v1/doctor',
  summary: 'What of this very request has reached the service',
  answer: 'DoctorResponse',
  create: () => ({
    async answer({ headers }, reply): Promise<Received> {
      reply.header('cache-control', 'no-store')
      const cookies = (headers.cookie ?? '').split(';').filter((cookie) => cookie.trim() !== '')
      return {
        v: PROTOCOL_VERSION,
        cookies: cookies.length,
        headers: NEEDED_HEADERS.filter((name) => headers[name] !== undefined),
      }
    },
  }),
}
