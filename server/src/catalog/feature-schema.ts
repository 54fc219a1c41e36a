import { type Condition, KIND_NAMES, type KindName } from 'prepaint/engine'
import { Type } from 'typebox'

const word = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }))
/** Without a pattern: the engine says better what is wrong with it. */
const duration = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }))

/** A feature of a catalog file; what its kind needs of this is checked by the engine. */
export const feature = Type.Object(
  {
    kind: Type.Unsafe<KindName>({ enum: KIND_NAMES, description: 'How a value is made of events; see below.' }),
    event: word('Name of the event; page views are pp:page. Only a session may be of all events.'),
    where: Type.Optional(
      Type.Unsafe<Condition>({
        type: 'object',
        description: "Condition on the event's properties, whose names stand alone: category, product.price.",
      }),
    ),
    from: Type.Optional(
      Type.Unsafe<string>({ enum: ['server'], description: 'server: events that came with the server key, alone.' }),
    ),
    of: word('The property whose values are added up, counted or kept; nested names joined by dots.'),
    within: duration('Length of the window, such as 30m, 12h or 7d; 1m to 400d.'),
    halfLife: duration('Time in which an event loses half of its weight.'),
    timeout: duration('Time without an event after which a session is over.'),
  },
  { additionalProperties: false },
)
