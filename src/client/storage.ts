import { encode, parse } from './json.ts'
import { safely } from './safely.ts'

/** The JSON value under a localStorage key; nothing when there is none, or storage is off or garbled. */
export const readItem: (key: string) => unknown = safely((key: string) => parse(localStorage.getItem(key) as string))

/**
 * Keeps a JSON value, if storage is on and has room; `undefined` removes the key. Without storage the page's life is all
 * the memory there is.
 */
export const writeItem = safely((key: string, value: unknown) => {
  if (value) localStorage.setItem(key, encode(value))
  else localStorage.removeItem(key)
})
