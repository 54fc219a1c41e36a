import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const text = (description: string) => Type.String({ maxLength: 100_000, description })
const word = (description: string) => Type.String({ minLength: 1, maxLength: 2_000, description })
const wordOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 2_000, description })
const words = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 2_000 }), { description }))

/** One item of a variant's `do`: exactly one of these. */
export const operation = Type.Object(
  {
    text: Type.Optional(text("Replaces the slot's content with text.")),
    html: Type.Optional(text("Replaces the slot's content with HTML that can do nothing but show.")),
    attribute: Type.Optional(
      Type.Object(
        {
          name: word('Such as href, alt or aria-label; none that runs code or restyles.'),
          value: wordOrNull('null removes it.'),
        },
        { ...closed, description: 'Sets an attribute of the slot.' },
      ),
    ),
    class: Type.Optional(
      Type.Object(
        { add: words('Names to add.'), remove: words('Names to remove.') },
        { ...closed, description: 'Adds and removes class names.' },
      ),
    ),
    style: Type.Optional(
      Type.Object(
        { name: word('The CSS property, in kebab case.'), value: word('Its value; nothing that loads.') },
        { ...closed, description: 'Sets one CSS property.' },
      ),
    ),
    background: Type.Optional(word('Address of the picture behind the slot.')),
    image: Type.Optional(
      Type.Object(
        {
          src: word('Address of the picture; also set as data-src.'),
          srcset: Type.Optional(word('Its other sizes; also set as data-srcset.')),
          alt: Type.Optional(text('What it shows, in words.')),
        },
        { ...closed, description: 'Replaces the picture of an <img>, whatever else would choose it.' },
      ),
    ),
  },
  { ...closed, minProperties: 1, maxProperties: 1 },
)

/** One item of a variant's `do`. */
export type OperationEntry = Static<typeof operation>
