import { encode, parse } from './json.ts'
import { safely } from './safely.ts'

/** Reads the JSON value under a localStorage key; undefined if there is none, storage is off, or the value is no JSON. */
export const readItem: (key: string) => unknown = safely((key: string) => parse(localStorage.getItem(key) as string))

/**
 * Stores a JSON value, if storage is on and has room; `undefined` removes the key. Without storage nothing outlives the page.
 */
export const writeItem = safely((key: string, value: unknown) => {
  if (value) localStorage.setItem(key, encode(value))
  else localStorage.removeItem(key)
})
