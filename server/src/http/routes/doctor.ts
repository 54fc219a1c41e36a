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

/** Parts of a request that came through the brand's proxies. */
export interface Received {
  v: number
  /** Number of cookies that came: none should. */
  cookies: number
  /** Headers that the service needs and that came. */
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
