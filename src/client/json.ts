/** The browser's own functions, taken when the tag begins: a page's libraries may replace them. */
export const { parse, stringify } = JSON

/** Properties that any value may have. */
interface Value {
  concat?: unknown
  toJSON?: unknown
}

/**
 * Encodes JSON, whatever a page's libraries have added to the prototypes of lists and objects: Prototype.js before 1.7 gives
 * lists a `toJSON` that makes text of them. A `toJSON` of an object's own class is called, as JSON is defined.
 */
export function encode(value: unknown): string {
  return stringify(value, function (this: { [key: string]: Value | undefined }, key: string, json: unknown) {
    const own = this[key]
    // A value with a `concat` is a list, or a text, which needs no `toJSON` either.
    return own && (own.concat || own.toJSON === ({} as Value).toJSON) ? own : json
  })
}
