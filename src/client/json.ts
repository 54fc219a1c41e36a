/** The browser's own, as they are when the tag begins: a page's libraries may put others in their place. */
export const { parse, stringify } = JSON

/** What may be asked of any value. */
interface Value {
  concat?: unknown
  toJSON?: unknown
}

/**
 * JSON, whatever a page's libraries have added to the prototypes of lists and objects: Prototype.js before 1.7 gives lists a
 * `toJSON` that makes text of them. An object that has a `toJSON` of its own class is asked for it, as JSON is defined.
 */
export function encode(value: unknown): string {
  return stringify(value, function (this: { [key: string]: Value | undefined }, key: string, json: unknown) {
    const own = this[key]
    // What has a `concat` is a list, or a text, which is the same.
    return own && (own.concat || own.toJSON === ({} as Value).toJSON) ? own : json
  })
}
