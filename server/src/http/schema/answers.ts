import { Type } from 'typebox'
import { errors } from '../app/errors.ts'
import { consent, version } from './bodies.ts'

const text = Type.String()
const milliseconds = Type.Number({ minimum: 0 })

const operation = Type.Union([
  Type.Object({ op: Type.Literal('text'), value: text }),
  Type.Object({ op: Type.Literal('html'), value: text }),
  Type.Object({ op: Type.Literal('attribute'), name: text, value: Type.Union([text, Type.Null()]) }),
  Type.Object({ op: Type.Literal('class'), name: text, on: Type.Boolean() }),
  Type.Object({ op: Type.Literal('style'), name: text, value: text }),
])

/** The decision for one slot. */
export const slotDecision = Type.Object({
  reason: Type.Enum(['match', 'control', 'holdout', 'no-match', 'no-id']),
  tier: Type.Enum(['live', 'cached', 'stale', 'contextual', 'default']),
  experience: Type.Optional(text),
  variant: Type.Optional(text),
  operations: Type.Optional(Type.Array(operation)),
  redirect: Type.Optional(text),
  selector: Type.Optional(text),
  ttlMs: Type.Optional(milliseconds),
  uses: Type.Optional(Type.Integer({ minimum: 0 })),
  vary: Type.Optional(
    Type.Array(
      Type.Enum([...(['path', 'campaign', 'referrer', 'source', 'medium', 'term', 'content', 'click'] as const)]),
    ),
  ),
  events: Type.Optional(Type.Array(text)),
  draw: Type.Optional(text),
})

const cue = Type.Object({
  ...Type.Pick(slotDecision, ['reason', 'experience', 'variant', 'events', 'draw']).properties,
  slot: text,
  fromMs: milliseconds,
  content: Type.Optional(text),
})

/** One of the outcomes among which a page draws. */
const arm = Type.Object({
  reason: slotDecision.properties.reason,
  experience: text,
  variant: text,
  content: Type.Optional(text),
  by: Type.Integer({ minimum: 1 }),
  below: Type.Number({ minimum: 0, maximum: 1 }),
})

/** Changes of live slots that are to come. */
const tvPlan = Type.Object({
  nowMs: Type.Optional(milliseconds),
  version: text,
  untilMs: milliseconds,
  delayMs: milliseconds,
  live: Type.Array(text),
  cues: Type.Array(cue),
  draws: Type.Optional(Type.Record(text, Type.Array(arm))),
})

/** Answer of `POST /v1/decide` and of the contextual decision. */
export const decideResponse = Type.Object({
  v: version,
  catalog: text,
  consent,
  token: Type.Optional(text),
  ttlMs: milliseconds,
  recent: Type.Optional(Type.Object({ events: Type.Array(text), keys: Type.Array(text) })),
  folded: Type.Optional(Type.Integer({ minimum: 0 })),
  tv: Type.Optional(tvPlan),
  slots: Type.Record(text, slotDecision),
})

/** Answer of `GET /v1/live`, and an event of its stream. */
export const liveMessage = Type.Object({
  plan: tvPlan,
  stop: Type.Optional(Type.Array(text)),
  slots: Type.Record(text, Type.Omit(cue, ['slot', 'fromMs'])),
})

/** Answer of `POST /v1/counts`. */
export const countsResponse = Type.Object({ v: version, counted: Type.Integer({ minimum: 0 }) })

/** Answer of `POST /v1/tv`. */
export const tvResponse = Type.Object({ v: version, accepted: Type.Integer({ minimum: 0 }) })

/** Answer of `GET /v1/content`. */
export const cueContent = Type.Object({ operations: Type.Array(operation) })

/** Answer of `POST /v1/batch` and of the routes for one event. */
export const batchResponse = Type.Object({
  v: version,
  results: Type.Array(Type.Enum(['accepted', 'invalid', 'denied'])),
  nowMs: Type.Optional(milliseconds),
  reasons: Type.Optional(Type.Array(Type.Object({ index: Type.Integer({ minimum: 0 }), message: text }))),
})

/** Body of every answer that is not 2xx. */
export const errorAnswer = Type.Object({ error: Type.Object({ code: Type.Enum(Object.keys(errors)), message: text }) })

/** Answer of `GET /v1/doctor`. */
export const doctorResponse = Type.Object({
  v: version,
  cookies: Type.Integer({ minimum: 0 }),
  headers: Type.Array(text),
})

/** Answer of `POST /v1/erase`. */
export const eraseResponse = Type.Object({ v: version })

/** Answer of `POST /v1/log`. */
export const logResponse = Type.Object({ accepted: Type.Integer({ minimum: 1 }) })

/** Answer of `GET /healthz` and `/readyz`. */
export const healthResponse = Type.Object({
  status: Type.Enum(['ok', 'ready', 'not ready']),
  problems: Type.Optional(Type.Array(Type.Object({ code: Type.Enum(['disk_low']), message: Type.Optional(text) }))),
})

/** Answer of `GET /readyz/region`. */
export const regionResponse = Type.Object({
  status: Type.Enum(['ready', 'not ready']),
  reason: Type.Optional(Type.Enum(['not_ready', 'data_centre_lost', 'data_centre_stale'])),
  dataCentre: Type.Optional(text),
  stalenessMs: Type.Optional(milliseconds),
})
