import { type CompiledCatalog, type Cues, cuesAhead, type DecideContext, type SlotOutcome } from 'prepaint/engine'
import type { Arm, Cue, TvPlan } from 'prepaint/protocol'
import { contentNameOf } from '../catalog/content.ts'
import { drawOf, type NamedDraw } from './draws.ts'

/** Time for which changes are told ahead, in ms. */
const AHEAD_MS = 900_000

/** Most cues of a plan. */
const MAX_CUES = 8

/** Most bytes of a plan's cues and of what is drawn, as JSON. */
const MAX_CUE_BYTES = 1_024

/** Returns the part of a cue that does not depend on its time and slot. */
export function shownBy(catalog: CompiledCatalog, outcome: SlotOutcome): Omit<Cue, 'slot' | 'fromMs'> {
  const { slot, reason, experience, variant } = outcome
  const hasContent = reason === 'match' && variant !== undefined && variant.operations.length > 0
  const draw = drawOf(catalog, outcome)
  return {
    reason,
    ...(experience && variant ? { experience: experience.id, variant: variant.id } : {}),
    ...(hasContent ? { content: contentNameOf(variant.operations) } : {}),
    ...(draw ? { draw: draw.name } : {}),
    ...(slot.events.length > 0 ? { events: slot.events } : {}),
  }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1
}

/** Returns as many cues as there is room for, what pages draw now and at these, and the end of what they tell. */
function withinRoom(
  catalog: CompiledCatalog,
  outcomes: readonly SlotOutcome[],
  { cues, untilMs }: Cues,
): Pick<TvPlan, 'cues' | 'untilMs' | 'draws'> {
  const draws: { [draw: string]: Arm[] } = {}
  let bytes = 0
  /** Adds what is drawn, unless it is there. */
  const add = (draw: NamedDraw | undefined): void => {
    if (!draw || draws[draw.name]) return
    draws[draw.name] = draw.arms
    bytes += bytesOf(draw.arms) + draw.name.length
  }
  for (const outcome of outcomes) if (outcome.slot.isLive) add(drawOf(catalog, outcome))
  const told: Cue[] = []
  let endMs = untilMs
  for (const { atMs, outcome } of cues) {
    const cue = { slot: outcome.slot.name, fromMs: atMs, ...shownBy(catalog, outcome) }
    const draw = drawOf(catalog, outcome)
    // Names of events may be longer than all the rest: they cost no cue.
    bytes += bytesOf({ ...cue, events: undefined })
    if (bytes + (draw && !draws[draw.name] ? bytesOf(draw.arms) : 0) > MAX_CUE_BYTES) {
      endMs = atMs
      break
    }
    add(draw)
    told.push(cue)
  }
  return { cues: told, untilMs: endMs, ...(Object.keys(draws).length > 0 ? { draws } : {}) }
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
  const ahead = cuesAhead(catalog, context, outcomes, { aheadMs: AHEAD_MS, most: MAX_CUES })
  return {
    nowMs: context.nowMs,
    version: planVersion(catalog, context),
    delayMs: catalog.reachOf(context.geo).delayMs,
    live,
    ...withinRoom(catalog, outcomes, ahead),
  }
}
