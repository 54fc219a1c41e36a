import { type CompiledCatalog, cuesAhead, type DecideContext, type SlotCue, type SlotOutcome } from 'prepaint/engine'
import type { Cue, TvPlan } from 'prepaint/protocol'
import { contentNameOf } from '../catalog/content.ts'

/** Time for which changes are told ahead, in ms. */
const AHEAD_MS = 900_000

/** Most cues of a plan. */
const MAX_CUES = 8

/** Most bytes of a plan's cues, as JSON. */
const MAX_CUE_BYTES = 1_024

/** Returns the part of a cue that does not depend on its time and slot. */
export function shownBy({ slot, reason, experience, variant }: SlotOutcome): Omit<Cue, 'slot' | 'fromMs'> {
  const hasContent = reason === 'match' && variant !== undefined && variant.operations.length > 0
  return {
    reason,
    ...(experience && variant ? { experience: experience.id, variant: variant.id } : {}),
    ...(hasContent ? { content: contentNameOf(variant.operations) } : {}),
    ...(slot.events.length > 0 ? { events: slot.events } : {}),
  }
}

function cueOf({ atMs, outcome }: SlotCue): Cue {
  return { slot: outcome.slot.name, fromMs: atMs, ...shownBy(outcome) }
}

/** Returns as many cues as there is room for, and the end of what they tell. */
function withinRoom(cues: readonly Cue[], untilMs: number): Pick<TvPlan, 'cues' | 'untilMs'> {
  let bytes = 0
  for (const [index, cue] of cues.entries()) {
    // Names of events may be longer than all the rest: they cost no cue.
    bytes += Buffer.byteLength(JSON.stringify({ ...cue, events: undefined })) + 1
    if (bytes > MAX_CUE_BYTES) return { cues: cues.slice(0, index), untilMs: cue.fromMs }
  }
  return { cues: [...cues], untilMs }
}

/** Returns the version of what is known of airings, and of the catalog that decides by it. */
export function planVersion({ version }: CompiledCatalog, { tv }: Pick<DecideContext, 'tv'>): string {
  return `${tv?.revision() ?? 0}-${version}`
}

/**
 * Plans the changes of a site's live slots; undefined if it has none.
 * @param outcomes the engine's, for the same context
 */
export function tvPlanOf(
  catalog: CompiledCatalog,
  context: DecideContext,
  outcomes: readonly SlotOutcome[],
): TvPlan | undefined {
  const live = catalog.slots.filter(({ isLive }) => isLive).map(({ name }) => name)
  if (live.length === 0 || !context.tv) return undefined
  const { cues, untilMs } = cuesAhead(catalog, context, outcomes, { aheadMs: AHEAD_MS, most: MAX_CUES })
  return {
    nowMs: context.nowMs,
    version: planVersion(catalog, context),
    delayMs: catalog.reachOf(context.geo).delayMs,
    live,
    ...withinRoom(cues.map(cueOf), untilMs),
  }
}
