import type { Condition } from 'prepaint/engine'
import { Type } from 'typebox'

const word = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

/** A goal of a catalog file; what its parts mean to each other is checked by the engine. */
export const goal = Type.Object(
  {
    event: word('Name of the event; page views are pp:page.'),
    where: Type.Optional(
      Type.Unsafe<Condition>({
        type: 'object',
        description: "Condition on the event's properties, whose names stand alone: category, product.price.",
      }),
    ),
    from: Type.Optional(
      Type.Unsafe<string>({
        enum: ['server', 'anyone'],
        description:
          'server: events that came with the server key, alone. anyone: a verdict may rest on what browsers say; without it there is none.',
      }),
    ),
    value: Type.Optional(
      word('The property whose value is added up; nested names joined by dots. Without it each event counts 1.'),
    ),
    currency: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Currency of the values, such as EUR: events in another one are not counted.',
      }),
    ),
    most: Type.Optional(Type.Number({ description: 'The most that one visitor counts for; needed with value.' })),
    within: Type.String({
      maxLength: 200,
      description: 'Time after the first assignment in which an event counts, such as 30m, 12h or 7d; 1m to 400d.',
    }),
    by: Type.Optional(
      word('The property that names one occurrence, such as order_id: it counts once, whoever reports it.'),
    ),
    primary: Type.Optional(
      Type.Unsafe<true>({
        const: true,
        description: 'The one goal that verdicts are about; needed with several goals.',
      }),
    ),
  },
  { additionalProperties: false },
)
