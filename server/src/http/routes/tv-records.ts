import { AIRINGS_PATH } from '../../forwarding/airings-line.ts'
import { isSame } from '../../identity/key.ts'
import { HttpError } from '../app/errors.ts'
import type { Route } from './route.ts'

/** `GET /v1/tv/records`, for other services with the same secret, and for this one's workers: all that is known of TV, and each change, a line each. */
export const tvRecordsRoute: Route = {
  method: 'get',
  path: AIRINGS_PATH,
  summary: 'Tells other services what is on TV, and each change of it',
  answer: { mediaType: 'text/plain' },
  errors: ['key_invalid', 'internal'],
  keys: ['peerKey'],
  isAdmin: true,
  takesAnyHost: true,
  create: ({ intake }) =>
    intake && {
      screen({ headers }, _reply, pass) {
        if (!isSame(headers.authorization ?? '', `Bearer ${intake.key}`))
          throw new HttpError('key_invalid', 'services around one log need the same PREPAINT_SECRET')
        pass()
      },
      answer(_request, reply) {
        reply.hijack()
        reply.raw.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
        reply.raw.flushHeaders()
        void intake.airings.serve(reply.raw)
        return reply
      },
    },
}
