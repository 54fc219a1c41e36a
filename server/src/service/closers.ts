/** What must be closed, in the opposite order of opening. */
export interface Closers {
  add(close: () => unknown): void
  close(): Promise<void>
}

/** Makes an empty list. */
export function createClosers(): Closers {
  const closers: (() => unknown)[] = []
  return {
    add(close) {
      closers.push(close)
    },
    async close() {
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}
