/** A time in which something happens that the page answers to: a second is a second in it. */
export interface Eventful {
  fromMs: number
  toMs: number
}

/** Options of a replay. */
export interface ReplayOptions {
  /** Begin and end, in ms since 1970. */
  fromMs: number
  toMs: number
  /** In time's order. */
  eventful: readonly Eventful[]
  /** The running time, in ms: any that only goes forward. */
  runMs: () => number
}

/** A clock that lives through a day that is over. */
export interface Replay {
  /** Returns its time, in ms since 1970. */
  now(): number
  /** Returns the number of its seconds that pass in a second now: 1 while something happens. */
  rate(): number
  /** Seconds that pass in a second while nothing happens. */
  readonly pace: number
  /** Number of times at which the clock did what no clock does: a page that was open before has to be opened anew. */
  breaks(): number
  /** Sets the pace, from 1 to 60. */
  setPace(pace: number): void
  /** Jumps forward; a clock never goes back, or what is stored would come from the future. */
  jump(toMs: number): void
}

/** Starts a clock at the begin of the replay. It jumps and hurries only, as a service's clock may, and never goes back. */
export function createReplay({ fromMs, toMs, eventful, runMs }: ReplayOptions): Replay {
  let pace = 1
  let nowMs = fromMs
  let seenMs = runMs()
  let breaks = 0

  const currentOf = (): Eventful | undefined => eventful.find((one) => one.fromMs <= nowMs && nowMs < one.toMs)
  const nextMs = (): number => eventful.find((one) => one.fromMs > nowMs)?.fromMs ?? toMs
  const rate = (): number => (currentOf() ? 1 : pace)

  /** Lives through what has passed since the last look, piece by piece. */
  function advance(): number {
    const realMs = runMs()
    let restMs = realMs - seenMs
    seenMs = realMs
    while (restMs > 0 && nowMs < toMs) {
      const wasQuick = rate() > 1
      const pieceEndMs = Math.min(currentOf()?.toMs ?? nextMs(), toMs)
      const stepMs = Math.min(restMs, (pieceEndMs - nowMs) / rate())
      nowMs = stepMs < restMs ? pieceEndMs : nowMs + stepMs * rate()
      restMs -= stepMs
      if (wasQuick && rate() === 1) breaks++
    }
    return nowMs
  }

  return {
    now: () => Math.floor(advance()),
    rate: () => (advance(), rate()),
    get pace() {
      return pace
    },
    breaks: () => breaks,
    setPace(next) {
      advance()
      if (rate() > 1 && next === 1) breaks++
      pace = Math.min(60, Math.max(1, next))
    },
    jump(targetMs) {
      advance()
      if (targetMs <= nowMs) return
      nowMs = Math.min(targetMs, toMs)
      breaks++
    },
  }
}
