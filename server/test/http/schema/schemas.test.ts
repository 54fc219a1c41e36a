import type {
  AliasEvent,
  BatchRequest,
  BatchResponse,
  Consent,
  DecideRequest,
  DecideResponse,
  GroupEvent,
  IdentifyEvent,
  PageEvent,
  PageFacts,
  SessionFacts,
  SlotDecision,
  TrackEvent,
} from 'prepaint/protocol'
import type { Static } from 'typebox'
import { expect, test } from 'vitest'
import type { Received } from '../../../src/http/routes/doctor.ts'
import type { batchResponse, decideResponse, doctorResponse, slotDecision } from '../../../src/http/schema/answers.ts'
import type { batchEnvelope, decideRequest } from '../../../src/http/schema/bodies.ts'
import type { aliasEvent, groupEvent, identifyEvent, pageEvent, trackEvent } from '../../../src/ingest/schema.ts'

/** JSON has no `undefined`: on the wire such a field is absent. */
type Wire<Type> = { [Key in keyof Type]: Exclude<Type[Key], undefined> }

/** Assignable both ways, and for optional fields also of the same names. */
type Same<Left, Right> = [Left, Wire<Right>, keyof Left, keyof Right] extends [
  Wire<Right>,
  Left,
  keyof Right,
  keyof Left,
]
  ? true
  : false

/** A batch whose consent and events are judged after its shape. */
type Envelope = Omit<BatchRequest, 'consent' | 'batch'> & { consent: Consent; batch: unknown[] }

/** Each line is a compile error when a schema and its protocol type differ. */
const same: {
  track: Same<Static<typeof trackEvent>, TrackEvent>
  page: Same<Static<typeof pageEvent>, PageEvent>
  identify: Same<Static<typeof identifyEvent>, IdentifyEvent>
  group: Same<Static<typeof groupEvent>, GroupEvent>
  alias: Same<Static<typeof aliasEvent>, AliasEvent>
  decide: Same<Static<typeof decideRequest>, DecideRequest>
  session: Same<NonNullable<Static<typeof decideRequest>['session']>, SessionFacts>
  facts: Same<Static<typeof decideRequest>['page'], PageFacts>
  batch: Same<Static<typeof batchEnvelope>, Envelope>
  decision: Same<Static<typeof slotDecision>, SlotDecision>
  decided: Same<Omit<Static<typeof decideResponse>, 'slots'>, Omit<DecideResponse, 'slots'>>
  taken: Same<Static<typeof batchResponse>, BatchResponse>
  received: Same<Static<typeof doctorResponse>, Received>
} = {
  ...{ track: true, page: true, identify: true, group: true, alias: true },
  ...{ decide: true, session: true, facts: true, batch: true },
  ...{ decision: true, decided: true, taken: true, received: true },
}

// @ts-expect-error A field more is noticed, so the comparison above can fail.
const more: Same<Static<typeof decideRequest>, DecideRequest & { more: string }> = true

// @ts-expect-error And so is an optional one.
const optional: Same<Static<typeof decideRequest>, DecideRequest & { more?: string }> = true

test('schemas and protocol types are held equal by the compiler', () => {
  expect([same, more, optional]).toHaveLength(3)
})
