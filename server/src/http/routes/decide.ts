import type { Site } from '../../catalog/site.ts'
import { createAnswerBytes } from '../../decide/answer-bytes.ts'
import { MAX_RECENT_CHARS } from '../../decide/recent.ts'
import type { AccessKey } from '../../identity/key.ts'
import { TOKEN_MAX_AGE_S } from '../../identity/token.ts'
import { createValidator } from '../../validate.ts'
import { checkBody, MAX_QUESTION_BYTES } from '../app/body.ts'
import type { DirectHandler } from '../app/direct.ts'
import { HttpError } from '../app/errors.ts'
import type { Asker, Exchange } from '../app/exchange.ts'
import { authorize } from '../gate/authorization.ts'
import { hasGpc } from '../gate/gpc.ts'
import { pageContext } from '../gate/page-context.ts'
import { decideRequest } from '../schema/bodies.ts'
import { bodyErrors } from '../schema/operation.ts'
import type { Route, RouteCore } from './route.ts'

const validator = createValidator(decideRequest)

/**
 * A fresh token as a cookie; an empty one deletes it. The page must be able to read it: the tag sends it in the body, never as a
 * cookie. It has the name under which the tag keeps it, too: two cookies of two names would be two visitors.
 */
function tokenCookie({ prefix }: Site, token: string, origin = ''): string {
  const cookie = `${prefix}_id=${token}; Path=/; SameSite=Lax; Max-Age=${token ? TOKEN_MAX_AGE_S : 0}`
  // No neighbouring subdomain can write a cookie of such a name (RFC 6265bis, 4.1.3.2).
  return origin.startsWith('https:') ? `__Host-${cookie}; Secure` : cookie
}

/** Safari keeps a cookie for long only if the page's own server sets it (Intelligent Tracking Prevention 2.1). */
function isOwnOrigin({ headers }: Asker): boolean {
  return headers['sec-fetch-site'] === 'same-origin'
}

/**
 * The user for whom a server asks; undefined for a page, which asks for its own visitor.
 * @throws HttpError for a user without the site's server key, and for a key without a user.
 */
function userOf(key: AccessKey | undefined, { site, userId }: { site: string; userId?: string }): string | undefined {
  if (key === undefined && userId === undefined) return undefined
  if (key?.access !== 'server' || key.site !== site) throw new HttpError('key_invalid')
  if (userId === undefined) throw new HttpError('body_invalid', '/: lacks userId, for whom a server asks')
  return userId
}

/** @throws HttpError for more of what has happened than a question may tell. */
function checkRecent(recent: readonly unknown[] = []): void {
  if (recent.length === 0 || JSON.stringify(recent).length <= MAX_RECENT_CHARS) return
  throw new HttpError('body_invalid', `/recent: must have no more than ${MAX_RECENT_CHARS} characters`)
}

/** Makes what answers decisions. */
export function createDecideHandler({
  gate,
  keys,
  decide,
  readGeo,
}: Pick<RouteCore, 'gate' | 'keys' | 'decide' | 'readGeo'>): DirectHandler {
  const answerBytes = createAnswerBytes()
  return {
    screen(exchange: Exchange) {
      gate.screen(exchange, exchange, () => undefined)
      authorize(exchange, keys)
    },
    async answerBytes(exchange, question) {
      const { headers } = exchange
      const body = checkBody(validator, question)
      const { consent, token, link, unlink, recent, session, utcOffsetMin } = body
      checkRecent(recent)
      const userId = userOf(authorize(exchange, keys), body)
      const site = gate.admit(exchange, body.site, token)
      const answer = await decide({
        site,
        consent,
        token,
        link,
        unlink,
        recent,
        mayLink: !hasGpc(exchange),
        userId,
        page: pageContext(body.page, headers),
        geo: readGeo(exchange),
        session,
        utcOffsetMin,
      })
      exchange.header('cache-control', 'private, no-cache')
      // Whoever withdraws while an answer is under way deletes the cookie before the browser has taken it from the answer:
      // aborting that request comes too late once its headers are there (seen in Chromium 156 on a busy machine).
      if (isOwnOrigin(exchange)) {
        if (consent === 'denied') exchange.header('set-cookie', tokenCookie(site, '', headers.origin))
        else if (answer.token !== undefined)
          exchange.header('set-cookie', tokenCookie(site, answer.token, headers.origin))
      }
      return answerBytes(answer)
    },
  }
}

/** `POST /v1/decide`: what this visitor should see in every slot of the site. */
export const decideRoute: Route = {
  method: 'post',
  path: '/v1/decide',
  summary: 'What a visitor, or with a server key a user, should see in every slot',
  request: ['DecideRequest'],
  answer: 'DecideResponse',
  errors: [...bodyErrors, 'key_invalid'],
  keys: ['serverKey'],
  isKeyOptional: true,
  maxBodyBytes: MAX_QUESTION_BYTES,
  create: createDecideHandler,
}
