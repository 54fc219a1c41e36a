import { PROTOCOL_VERSION } from 'prepaint/protocol'
import { anonymousProfileId, userProfileId } from '../../identity/profile-id.ts'
import type { Tokens } from '../../identity/token.ts'
import { LogError } from '../../streams/log.ts'
import { createValidator } from '../../validate.ts'
import { checkBody, MAX_QUESTION_BYTES } from '../app/body.ts'
import { HttpError } from '../app/errors.ts'
import { authorize } from '../gate/authorization.ts'
import { eraseRequest } from '../schema/bodies.ts'
import { bodyErrors } from '../schema/operation.ts'
import type { Route } from './route.ts'

const validator = createValidator(eraseRequest)

/** Returns the id of the profile meant. Exactly one person: half of a mistaken order cannot be taken back. */
function profileOf(site: string, body: unknown, tokens: Tokens): string {
  const { userId, anonymousId, token } = checkBody(validator, body)
  const named = [userId, anonymousId, token].filter((id) => id !== undefined)
  if (named.length !== 1) throw new HttpError('body_invalid', '/: name one of userId, anonymousId and token')
  if (userId !== undefined) return userProfileId(userId)
  if (anonymousId !== undefined) return anonymousProfileId(anonymousId)
  const visitorId = tokens.verify(site, token)
  if (visitorId === undefined) throw new HttpError('token_invalid')
  return visitorId
}

/** `POST /v1/erase`, with a server key: a profile is forgotten. A 202 means that it is written into the log so. */
export const eraseRoute: Route = {
  method: 'post',
  path: '/v1/erase',
  summary: 'Forgets all that is known of a user or visitor: names one of userId, anonymousId and token',
  request: ['EraseRequest'],
  answer: 'EraseResponse',
  status: 202,
  errors: [...bodyErrors, 'key_invalid', 'token_invalid', 'log_unavailable'],
  keys: ['serverKey'],
  maxBodyBytes: MAX_QUESTION_BYTES,
  create: ({ gate, keys, tokens, sink, now }) => ({
    screen: gate.screen,
    async answer(request, reply) {
      const key = authorize(request, keys)
      if (key?.access !== 'server') throw new HttpError('key_invalid')
      const site = gate.admit(request, key.site).name
      const visitorId = profileOf(site, request.body, tokens)
      try {
        await sink.append([{ kind: 'erasure', site, visitorId, receivedMs: now() }])
      } catch (cause) {
        if (!(cause instanceof LogError)) throw cause
        throw new HttpError('log_unavailable', undefined, { cause })
      }
      reply.code(202)
      return { v: PROTOCOL_VERSION }
    },
  }),
}
