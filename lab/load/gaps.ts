/** A stretch of time in which an event loop did not turn, in ms of {@link machineMs}. */
export interface Gap {
  fromMs: number
  untilMs: number
}

/** A timer of 1 ms fires within 2; what is longer is a gap. */
const LONGEST_TURN_MS = 2

/** Ms of a clock that all processes of the machine share: Node reads CLOCK_MONOTONIC, whose origin is the machine's start. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000
}

/** Notes from now on when this event loop does not turn; returns its end, which gives the gaps in their order. */
export function watchGaps(): () => Gap[] {
  const gaps: Gap[] = []
  let lastMs = machineMs()
  const timer = setInterval(() => {
    const nowMs = machineMs()
    if (nowMs - lastMs > LONGEST_TURN_MS) gaps.push({ fromMs: lastMs + 1, untilMs: nowMs })
    lastMs = nowMs
  }, 1)
  return () => {
    clearInterval(timer)
    return gaps
  }
}

/** The same gaps in order, those that overlap as one. */
export function mergeGaps(gaps: readonly Gap[]): Gap[] {
  const merged: Gap[] = []
  for (const gap of gaps.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1)
    if (last && gap.fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, gap.untilMs)
    else merged.push({ ...gap })
  }
  return merged
}

/** Returns how much of a stretch of time lies in gaps, in ms; overlapping gaps count once. */
export function msInGaps({ fromMs, untilMs }: Gap, gaps: readonly Gap[]): number {
  return gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(untilMs, gap.untilMs) - Math.max(fromMs, gap.fromMs)), 0)
}
