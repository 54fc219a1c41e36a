import type { CompiledCatalog } from './compiled.ts'
import type { DecideContext } from './context.ts'
import { decideSlots, type SlotOutcome } from './decide.ts'

/** A change of a live slot that time alone will bring. */
export interface SlotCue {
  /** The instant, in ms since 1970. */
  atMs: number
  /** The decision from then on. */
  outcome: SlotOutcome
}

/** Changes to come. */
export interface Cues {
  /** In the order of their times. */
  cues: SlotCue[]
  /** The end of what was looked at, in ms since 1970. */
  untilMs: number
}

/** Bounds of looking ahead. */
export interface CueBounds {
  /** Time that is looked ahead, in ms. */
  aheadMs: number
  /** The most cues. */
  most: number
}

/** Instants that are looked at for one slot: past them the plan ends earlier. */
const MAX_LOOKS = 32

function isSame(one: SlotOutcome, other: SlotOutcome): boolean {
  const [drawn = [], others = []] = [one.toDraw, other.toDraw]
  return (
    one.reason === other.reason &&
    one.variant === other.variant &&
    one.experience === other.experience &&
    drawn.length === others.length &&
    drawn.every((candidate, index) => candidate === others[index])
  )
}

/** Decides a slot at each instant at which time alone may change it. */
function cuesOf(catalog: CompiledCatalog, context: DecideContext, now: SlotOutcome, untilMs: number): Cues {
  const cues: SlotCue[] = []
  let last = now
  for (let looks = 0, { changesAtMs } = now; changesAtMs !== undefined && changesAtMs < untilMs; looks++) {
    if (looks === MAX_LOOKS) return { cues, untilMs: changesAtMs }
    const [outcome] = decideSlots(catalog, [now.slot], { ...context, nowMs: changesAtMs })
    if (!outcome) break
    if (!isSame(last, outcome)) cues.push({ atMs: changesAtMs, outcome })
    last = outcome
    ;({ changesAtMs } = outcome)
  }
  return { cues, untilMs }
}

/**
 * Finds the changes of live slots that time alone will bring: each is what {@link decide} will say then, if nothing else becomes known.
 * @param catalog the compiled catalog
 * @param context the context of the decision
 * @param outcomes those of {@link decide}, for the same context
 * @param bounds how far ahead, and how many
 * @example
 * ```ts
 * const { cues } = cuesAhead(compiled, context, decide(compiled, context), { aheadMs: 900_000, most: 8 })
 * for (const { atMs, outcome } of cues) console.log(outcome.slot.name, new Date(atMs), outcome.variant?.id)
 * ```
 */
export function cuesAhead(
  catalog: CompiledCatalog,
  context: DecideContext,
  outcomes: readonly SlotOutcome[],
  bounds: CueBounds,
): Cues {
  const { aheadMs, most } = bounds
  const untilMs = context.nowMs + aheadMs
  const found = outcomes.filter(({ slot }) => slot.isLive).map((outcome) => cuesOf(catalog, context, outcome, untilMs))
  const endMs = Math.min(untilMs, ...found.map((each) => each.untilMs))
  const cues = found.flatMap((each) => each.cues).sort((one, other) => one.atMs - other.atMs)
  const kept = cues.filter(({ atMs }) => atMs < endMs)
  // What does not fit ends the plan: a page must not take the last cue for all there is.
  return { cues: kept.slice(0, most), untilMs: kept[most]?.atMs ?? endMs }
}
