import type { Statement, TvModel, TvSwitch } from 'prepaint/engine'
import { PROTOCOL_VERSION } from 'prepaint/protocol'
import { tvContentFlaw } from '../../ingest/statement-schema.ts'
import { LogError } from '../../streams/log.ts'
import { createValidator } from '../../validate.ts'
import { checkBody, MAX_KEYED_BODY_BYTES } from '../app/body.ts'
import { HttpError } from '../app/errors.ts'
import { authorize } from '../gate/authorization.ts'
import { tvRequest } from '../schema/bodies.ts'
import { bodyErrors } from '../schema/operation.ts'
import type { Route } from './route.ts'

const validator = createValidator(tvRequest)

function refuseUnknownFeeds(statements: readonly { feed: string }[], model: TvModel | undefined): void {
  const index = statements.findIndex(({ feed }) => !Object.hasOwn(model?.feeds ?? {}, feed))
  if (index < 0) return
  const { feed } = statements[index] as Statement
  throw new HttpError('body_invalid', `/statements/${index}/feed: unknown feed ${feed}: add it under tv.feeds`)
}

/** Switches a spot by all numbers under which it is broadcast. */
function withNumbers(order: TvSwitch, model: TvModel | undefined): TvSwitch[] {
  const { spots = {}, feeds = {} } = model ?? {}
  const { scope, name = '' } = order
  if (scope === 'all') return [order]
  const known = scope === 'spot' ? spots : feeds
  if (!Object.hasOwn(known, name)) throw new HttpError('body_invalid', `/switches: unknown ${scope} ${name}`)
  const numbers = scope === 'spot' ? (spots[name]?.ids ?? []) : []
  return [order, ...numbers.map((id) => ({ ...order, name: id }))]
}

/** `POST /v1/tv`, with a server key: takes what sources say of airings. A 202 means that it is in the log. */
export const tvRoute: Route = {
  method: 'post',
  path: '/v1/tv',
  summary: 'Takes schedules, detections and as-run logs of the feeds in a catalog, and switches TV off or on',
  request: ['TvRequest'],
  answer: 'TvResponse',
  status: 202,
  errors: [...bodyErrors, 'key_invalid', 'log_unavailable'],
  keys: ['serverKey'],
  maxBodyBytes: MAX_KEYED_BODY_BYTES,
  create: ({ gate, keys, sink, now }) => ({
    screen(request, reply, pass) {
      gate.screen(request, reply, () => {
        // Before the body is read: it may be large.
        if (authorize(request, keys)?.access !== 'server') throw new HttpError('key_invalid')
        pass()
      })
    },
    async answer(request, reply) {
      const key = authorize(request, keys)
      if (key?.access !== 'server') throw new HttpError('key_invalid')
      const { statements = [], switches = [], site: named } = checkBody(validator, request.body)
      if (named !== key.site) throw new HttpError('key_invalid', `the key is of site ${key.site}`)
      const { name, catalog } = gate.admit(request, key.site)
      const flaw = tvContentFlaw({ statements, switches })
      if (flaw !== undefined) throw new HttpError('body_invalid', flaw)
      const content = { statements, switches } as { statements: Statement[]; switches: TvSwitch[] }
      refuseUnknownFeeds(content.statements, catalog.tv)
      const orders = content.switches.flatMap((order) => withNumbers(order, catalog.tv))
      const record = { kind: 'tv', site: name, receivedMs: now(), statements: content.statements } as const
      try {
        await sink.append([{ ...record, ...(orders.length > 0 ? { switches: orders } : {}) }])
      } catch (cause) {
        if (!(cause instanceof LogError)) throw cause
        throw new HttpError('log_unavailable', undefined, { cause })
      }
      reply.code(202)
      return { v: PROTOCOL_VERSION, accepted: statements.length + switches.length }
    },
  }),
}
