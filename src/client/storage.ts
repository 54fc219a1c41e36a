/** The JSON value under a localStorage key; undefined when there is none, or storage is off or garbled. */
export function readItem<Value>(key: string): Value | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) as string) || undefined
  } catch {
    return undefined
  }
}

/** Keeps a JSON value, if storage is on and has room; `undefined` removes the key. */
export function writeItem(key: string, value: unknown): void {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value))
    else localStorage.removeItem(key)
  } catch {
    // The page's life is then all the memory there is.
  }
}
