/** Reads whose times are remembered. */
const WINDOW = 512

/** Share of the latest reads beyond which one counts as slow. */
const QUANTILE = 0.95

/** Of 100 reads, how many may be asked twice in the long run. */
const MAX_HEDGED_PERCENT = 5

/**
 * Most reads that may be hedged one after the other: a third of those that come in a fifth of a second, at 1,000 a
 * second.
 */
const MAX_CREDIT = 64

/** Never sooner, in ms: below it a second question only adds load. */
const MIN_DELAY_MS = 1

/**
 * Policy for a second query to another replica: past the 95th percentile of the latest reads, and for at most 5 in 100,
 * so that a slow cluster is not asked twice as much (J. Dean, L. A. Barroso, "The Tail at Scale", 2013). Unspent credit
 * adds up: while one of three nodes pauses for its collector, the others answer all its reads.
 */
export interface Hedge {
  /** Takes each read's time, in ms. */
  observe(elapsedMs: number): void
  /** Called when a read begins; returns the ms after which it may be asked again, or undefined for never. */
  begin(): number | undefined
  /** Called when a read has really been asked again. */
  spend(): void
}

/** Makes a hedge. `isAllowed` is false while another data centre stands in: it has work enough. A breaker that is open makes no reads. */
export function createHedge(isAllowed: () => boolean): Hedge {
  const times = new Float64Array(WINDOW)
  let count = 0
  let delayMs: number | undefined
  /** Credit for hedging, in reads; grows by 5 % of a read with each one. Reads under way may overdraw it. */
  let credit = 0

  return {
    observe(elapsedMs) {
      times[count++ % WINDOW] = elapsedMs
      // Sorted once in a while: the percentile moves slowly and this is on the path of a decision.
      if (count % 64 !== 0 || count < WINDOW) return
      const sorted = times.slice().sort()
      delayMs = Math.max(MIN_DELAY_MS, sorted[Math.floor(WINDOW * QUANTILE)] as number)
    },
    begin() {
      credit = Math.min(MAX_CREDIT, credit + MAX_HEDGED_PERCENT / 100)
      return credit >= 1 && isAllowed() ? delayMs : undefined
    },
    spend() {
      credit--
    },
  }
}
