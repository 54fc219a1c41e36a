import { LOG_PATH, MAX_FORWARDED_BYTES } from '../../forwarding/forward.ts'
import { readForwarded } from '../../forwarding/forwarded.ts'
import { isSame } from '../../identity/key.ts'
import { createAdmissionQueue } from '../../ingest/admission-queue.ts'
import { LogError } from '../../streams/log.ts'
import { HttpError } from '../app/errors.ts'
import type { RouteHandler } from '../app/route.ts'
import type { LogIntake, Route, RouteCore } from './route.ts'

function takeEntries({ key, sink, isBehind }: LogIntake, now: RouteCore['now']): RouteHandler {
  const lane = createAdmissionQueue({ isBehind })
  return {
    /** Refuses a peer without the key, and a body for which there is no room, before the body is read. */
    screen({ headers }, _reply, pass) {
      if (!isSame(headers.authorization ?? '', `Bearer ${key}`))
        throw new HttpError('key_invalid', 'services around one log need the same PREPAINT_SECRET')
      if (lane.isFull) throw new HttpError('overloaded')
      pass()
    },
    addParsers(scope) {
      scope.addContentTypeParser<Buffer>('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => {
        lane.add(body.length, () => done(null, body))
      })
    },
    async answer({ body }) {
      const records = Buffer.isBuffer(body) ? readForwarded(body, now()) : undefined
      if (!records)
        throw new HttpError('body_invalid', 'the body is no list of log entries: run the same version everywhere')
      try {
        await sink.append(records)
      } catch (cause) {
        if (!(cause instanceof LogError)) throw cause
        throw new HttpError('log_unavailable', undefined, { cause })
      }
      return { accepted: records.length }
    },
  }
}

/** `POST /v1/log`, for other services with the same secret: takes in their events. A 200 means that all of them are on disk. */
export const logRoute: Route = {
  method: 'post',
  path: LOG_PATH,
  summary: "Takes in other services' events, as entries of the log",
  request: { mediaType: 'application/octet-stream' },
  answer: 'LogResponse',
  errors: [
    'body_invalid',
    'body_too_large',
    'media_type_unsupported',
    'key_invalid',
    'log_unavailable',
    'overloaded',
    'internal',
  ],
  keys: ['peerKey'],
  isAdmin: true,
  maxBodyBytes: MAX_FORWARDED_BYTES,
  // Other services come by any name, and show a key that no page has.
  takesAnyHost: true,
  create: ({ intake, now }) => intake && takeEntries(intake, now),
}
