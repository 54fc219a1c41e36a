import { type DrawnCount, PROTOCOL_VERSION, type RecentEvent } from 'prepaint/protocol'
import { Type } from 'typebox'
import { brandId } from '../../ingest/schema.ts'
import { MAX_SWITCHES, tvContent, tvSwitch } from '../../ingest/statement-schema.ts'

/** The wire version, in every body. */
export const version = Type.Integer({ minimum: PROTOCOL_VERSION, maximum: PROTOCOL_VERSION })
const site = Type.String({ minLength: 1, maxLength: 64 })

/** The visitor's consent. */
export const consent = Type.Enum(['pending', 'granted', 'denied'])
const parameter = Type.String({ maxLength: 4_096 })
const counter = Type.Integer({ minimum: 0, maximum: 1_000_000 })

/** Body of `POST /v1/decide`. */
export const decideRequest = Type.Object({
  v: version,
  site,
  consent,
  // Any garbage of this length is a visitor without a token, not an error.
  token: Type.Optional(Type.String({ maxLength: 4_096 })),
  page: Type.Object({
    path: parameter,
    campaign: parameter,
    referrer: Type.String({ maxLength: 1_024 }),
    source: Type.Optional(parameter),
    medium: Type.Optional(parameter),
    term: Type.Optional(parameter),
    content: Type.Optional(parameter),
    click: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  session: Type.Optional(Type.Object({ views: counter, visits: counter })),
  // UTC-12 to UTC+14 are in use.
  utcOffsetMin: Type.Optional(Type.Integer({ minimum: -840, maximum: 840 })),
  // Any garbage, of any length, is no link.
  link: Type.Optional(Type.String()),
  unlink: Type.Optional(Type.Literal(true)),
  // What is no event is passed over (`decide/recent.ts`).
  recent: Type.Optional(Type.Array(Type.Unsafe<RecentEvent>({}), { maxItems: 20 })),
  userId: Type.Optional(brandId),
})

/** Body of `POST /v1/batch`; each event is judged by itself, so that one bad event does not refuse the others. */
export const batchEnvelope = Type.Object({
  v: version,
  site,
  consent,
  token: Type.String({ maxLength: 4_096 }),
  sentAt: Type.String({ maxLength: 40 }),
  dropped: Type.Optional(Type.Integer({ minimum: 0 })),
  batch: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 500 }),
})

/** Body of `POST /v1/counts`. It says nothing of who asks; what else a page knows of a drawn variant is passed over. */
export const countsRequest = Type.Object({
  v: version,
  site,
  counts: Type.Array(
    Type.Object({
      experience: Type.String({ maxLength: 256 }),
      variant: Type.String({ maxLength: 256 }),
      outcome: Type.Enum(['shown', 'control', 'late', 'failed'] satisfies DrawnCount['outcome'][]),
    }),
    { minItems: 1, maxItems: 16 },
  ),
})

/** Body of `POST /v1/erase`: one of them. */
export const eraseRequest = Type.Object({
  userId: Type.Optional(brandId),
  anonymousId: Type.Optional(brandId),
  token: Type.Optional(Type.String({ maxLength: 4_096 })),
})

/** Body of `POST /v1/tv`. */
export const tvRequest = Type.Object({
  v: version,
  site,
  statements: Type.Optional(tvContent.properties.statements),
  switches: Type.Optional(Type.Array(tvSwitch, { maxItems: MAX_SWITCHES })),
})

/** Fields that Segment's clients put around their events; other fields are ignored. */
const segmentEnvelope = {
  // A time that cannot be read is the time of arrival.
  sentAt: Type.Optional(Type.Unknown()),
  writeKey: Type.Optional(Type.Unknown()),
  context: Type.Optional(Type.Unknown()),
}

/** Body of `POST /v1/batch` in Segment's protocol; each message is judged by itself. */
export const segmentBatch = Type.Object({
  ...segmentEnvelope,
  batch: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 2_500 }),
})

/** Body of `POST /v1/track` and its like; the rest is judged as an event. */
export const segmentMessage = Type.Object({
  ...segmentEnvelope,
  userId: Type.Optional(Type.Unknown()),
  anonymousId: Type.Optional(Type.Unknown()),
})
