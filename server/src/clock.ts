declare const kind: unique symbol

/** Ms since 1970, as the machine's clock has it: it may be set, forth and back. Any plain function may be one. */
export type WallClock = (() => number) & { readonly [kind]?: 'wall' }

/** Ms of a clock that does not go back, from whatever moment on: durations are measured by it, and nothing is dated. */
export type MonotonicClock = (() => number) & { readonly [kind]?: 'monotonic' }

/** Calls back in a turn of the event loop to come. */
export type NextTurn = (callback: () => void) => void
