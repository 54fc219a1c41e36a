import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LiveMessage } from 'prepaint/protocol'
import type { Site } from '../../catalog/site.ts'
import { isPersonal } from '../../live/is-personal.ts'
import { errorBody, HttpError } from '../app/errors.ts'
import { namesTag } from '../app/etag.ts'
import { pageContext } from '../gate/page-context.ts'
import { readLiveQuery } from './live-query.ts'
import type { Route } from './route.ts'

/** Time for which a page that polls may be told that nothing has changed, in ms: until then its plan does not end. */
const SAME_FOR_MS = 300_000

/** Seconds after which a page that found no room for its stream may try again; it polls meanwhile. */
const RETRY_AFTER_S = '30'

const STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy that compresses would wait for more.
  'cache-control': 'no-store, no-transform',
  // nginx gathers answers else (ngx_http_proxy_module, proxy_buffering).
  'x-accel-buffering': 'no',
}

/** Returns the tag of all that a message says for a while. Where airings decide for some people alone, another version is news. */
function tagOf({ plan, slots, stop }: LiveMessage, site: Site | undefined, nowMs: number): string {
  const { version, delayMs, live, cues } = plan
  const news = site && isPersonal(site) ? version : ''
  const said = JSON.stringify([delayMs, live, cues, slots, stop, Math.floor(nowMs / SAME_FOR_MS), news])
  return `"${createHash('sha256').update(said).digest('base64url').slice(0, 22)}"`
}

/** Answers a page that polls. Its browser may keep the answer, so that it says no time. */
function answerPoll(request: FastifyRequest, reply: FastifyReply, message: LiveMessage, etag: string): FastifyReply {
  const timeless = { ...message.plan }
  delete timeless.nowMs
  reply.headers({ 'cache-control': 'private, no-cache', etag })
  if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.send({ ...message, plan: timeless } satisfies LiveMessage)
}

function wantsJson({ accept = '' }: FastifyRequest['headers']): boolean {
  return accept.includes('application/json') && !accept.includes('text/event-stream')
}

/**
 * `GET /v1/live?site=…`, with the page's facts by name: what somebody without a profile sees in the site's live slots, now and by the
 * plan, and each correction of it, as server-sent events. With `poll`, or for who accepts JSON alone, one message as JSON.
 */
export const liveRoute: Route = {
  method: 'get',
  path: '/v1/live',
  summary: 'Plans of live slots and their corrections, as server-sent events; with `poll` one as JSON',
  query: ['site', 'path', 'campaign', 'referrer', 'source', 'medium', 'term', 'content', 'click', 'v', 'poll'],
  answer: 'LiveMessage',
  alsoAnswer: 'text/event-stream',
  errors: [
    'context_invalid',
    'site_unknown',
    'route_unknown',
    'origin_forbidden',
    'rate_limited',
    'streams_full',
    'internal',
  ],
  create: ({ sites, gate, readGeo, live, clientNetwork, now }) => ({
    screen: gate.screen,
    answer(request, reply) {
      reply.header('cache-control', 'no-store')
      const { site: named, page: facts, version, isPoll } = readLiveQuery(request.url)
      const { name } = gate.admit(request, named)
      const page = pageContext(facts, request.headers)
      // A stream that its browser opens again (HTML Standard, 9.2.4).
      const { 'last-event-id': heard } = request.headers
      const question = {
        site: name,
        page,
        geo: readGeo(request),
        version: heard === undefined ? version : String(heard),
      }
      const message = live.message(question)
      if (!message) throw new HttpError('route_unknown', `site ${name} has no live slots`)
      if (isPoll || request.method === 'HEAD' || wantsJson(request.headers))
        return answerPoll(request, reply, message, tagOf(message, sites.get(name), now()))
      const network = clientNetwork(request)
      // Nothing has failed: the page polls. An error that is thrown would be a line of the log each time.
      if (!live.enter(network))
        return reply
          .code(503)
          .header('retry-after', RETRY_AFTER_S)
          .send(errorBody(new HttpError('streams_full')))
      reply.hijack()
      reply.raw.writeHead(200, { ...(reply.getHeaders() as { [name: string]: string }), ...STREAM })
      live.open(reply.raw, question, network)
      return reply
    },
  }),
}
