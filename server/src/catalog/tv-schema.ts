import { Type } from 'typebox'

const closed = { additionalProperties: false }
const NAME = '^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$'
const word = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })
/** Without a pattern: `tv.ts` says better what is wrong with it. */
const duration = (description: string) => Type.String({ maxLength: 20, description })

const feed = Type.Object(
  {
    channel: Type.Optional(word('The channel; default the name of the feed. Several feeds may have one.')),
    zone: Type.Optional(word('IANA zone of its schedule, such as Europe/London; needed, unless of is there.')),
    areas: Type.Array(word('c/GB is a country, s/US-CA a region (ISO 3166).'), {
      minItems: 1,
      maxItems: 300,
      description: 'Where it can be got.',
    }),
    of: Type.Optional(word('The feed that this one repeats, later by shift.')),
    shift: Type.Optional(duration('How much later, such as 1h.')),
    delays: Type.Optional(
      Type.Record(Type.String({ pattern: NAME }), duration('Median delay, such as 4s.'), {
        ...closed,
        description:
          'Time from the broadcaster to the home, by path of delivery. What is on counts as late as on the slowest.',
      }),
    ),
    xmltv: Type.Optional(
      Type.Array(word('A channel id.'), { maxItems: 20, description: 'Channel ids in XMLTV files.' }),
    ),
  },
  { ...closed, description: 'A channel as one region gets it.' },
)

const spot = Type.Object(
  {
    brand: Type.Optional(word('The brand.')),
    product: Type.Optional(word('The product.')),
    ids: Type.Optional(
      Type.Array(word('A number.'), {
        maxItems: 200,
        description: 'House numbers, Ad-IDs and clock numbers under which it is broadcast.',
      }),
    ),
  },
  { ...closed, description: 'A commercial.' },
)

const placement = Type.Object(
  {
    programme: word("The programme's id; its title, where schedules have no ids."),
    product: word('The product.'),
    at: duration("Time from the programme's start without breaks, such as 750s."),
    duration: duration('Time for which it is seen, such as 20s.'),
  },
  { ...closed, description: 'A product in a programme.' },
)

/** TV in a catalog file. */
export const tv = Type.Object(
  {
    feeds: Type.Record(Type.String({ pattern: NAME }), feed, {
      ...closed,
      minProperties: 1,
      description: 'Feeds, by name.',
    }),
    spots: Type.Optional(
      Type.Record(Type.String({ pattern: NAME }), spot, { ...closed, description: 'Commercials, by name.' }),
    ),
    placements: Type.Optional(Type.Array(placement, { maxItems: 10_000, description: 'Products in programmes.' })),
  },
  { ...closed, description: 'What conditions on TV name.' },
)
