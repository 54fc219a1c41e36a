/** A position that only grows, and those who wait for it. */
export interface Watermark {
  readonly position: number
  advance(position: number): void
  /** Resolves once the position is reached; at once when it is already. */
  reached(position: number): Promise<void>
}

/** Makes a progress that stands before every position. */
export function createWatermark(): Watermark {
  let current = -1
  let waiters: { position: number; resolve: () => void }[] = []
  return {
    get position() {
      return current
    },
    advance(position) {
      current = Math.max(current, position)
      for (const waiter of waiters) if (waiter.position <= current) waiter.resolve()
      waiters = waiters.filter((waiter) => waiter.position > current)
    },
    reached(position) {
      if (position <= current) return Promise.resolve()
      return new Promise((resolve) => waiters.push({ position, resolve }))
    },
  }
}
