import type { Reason } from '../protocol/index.ts'
import { reopensAtMs, showingsLeft } from './cap.ts'
import type { Experience, Variant } from './catalog.ts'
import type { CompiledCatalog, CompiledExperience, CompiledSlot } from './compiled.ts'
import type { DecideContext } from './context.ts'
import { changeMs } from './feature-attribute.ts'
import { createFrame, type Frame } from './frame.ts'
import { nextStepMs } from './local-time.ts'
import { isBefore, lookUp } from './slot-index.ts'
import { tryExperience } from './trial.ts'

/** The engine's decision for one slot. Every outcome has all fields: objects of one shape are made several times as fast. */
export interface SlotOutcome {
  /** The slot that was decided. */
  slot: CompiledSlot
  /** Reason for the decision. */
  reason: Reason
  /** The experience that won; undefined when none did. */
  experience: Experience | undefined
  /** Its `redirect` and `operations` are what to do; with `holdout` it is a variant of that name without any. */
  variant: Variant | undefined
  /** The instant at which time alone may change this decision, in ms since 1970; undefined if it will not. */
  changesAtMs: number | undefined
  /** Number of times that this may be shown again under the experience's cap; undefined without one. */
  uses: number | undefined
  /** True when this must never be painted from a cache. */
  isStrict: boolean
  /** Experiences that a page may draw for itself, in their order, before this decision counts; undefined if there are none. */
  toDraw: readonly CompiledExperience[] | undefined
}

/** The variant of visitors in the site's holdout. */
export const HELD_OUT: Variant = { id: 'holdout', weight: 0, operations: [] }

/** Returns true if a variant leaves the page as it is. */
export function isControl({ operations, redirect }: Variant): boolean {
  return operations.length === 0 && redirect === undefined
}

function isHeldOut({ holdout }: CompiledCatalog, { visitorId }: Frame): boolean {
  return holdout !== undefined && visitorId !== undefined && holdout.bucket(visitorId) < holdout.share
}

/**
 * Returns the next instant at which a schedule or the visitor's clock may change a slot's decision; Infinity for never.
 */
function nextChangeMs({ instants, stepMs }: CompiledSlot, { nowMs, utcOffsetMin }: Frame): number {
  const instant = instants.length === 0 ? Infinity : (instants.find((atMs) => atMs > nowMs) ?? Infinity)
  if (stepMs === undefined || utcOffsetMin === undefined) return instant
  return Math.min(instant, nextStepMs(nowMs, utcOffsetMin, stepMs))
}

function outcomeOf(slot: CompiledSlot, experience: Experience, variant: Variant, frame: Frame): SlotOutcome {
  const { cap, strict } = experience
  return {
    slot,
    reason: isControl(variant) ? 'control' : 'match',
    experience,
    variant,
    changesAtMs: undefined,
    uses: cap && showingsLeft(experience, cap, frame) - 1,
    isStrict: slot.isStrict || strict === true,
    toDraw: undefined,
  }
}

function nothingOf(slot: CompiledSlot, needsId: boolean): SlotOutcome {
  const reason = needsId ? 'no-id' : 'no-match'
  return {
    slot,
    reason,
    experience: undefined,
    variant: undefined,
    changesAtMs: undefined,
    uses: undefined,
    isStrict: slot.isStrict,
    toDraw: undefined,
  }
}

function decideSlot(slot: CompiledSlot, frame: Frame): SlotOutcome {
  let changesAtMs = nextChangeMs(slot, frame)
  let needsId = false
  let outcome: SlotOutcome | undefined
  let toDraw: CompiledExperience[] | undefined
  const { others } = slot.index
  const found = lookUp(slot.index, frame)
  for (let at = 0, other = 0; at < found.length || other < others.length;) {
    const candidate = (isBefore(found[at], others[other]) ? found[at++] : others[other++]) as CompiledExperience
    const { experience } = candidate
    const variant = tryExperience(candidate, frame)
    if (typeof variant !== 'string') {
      outcome = outcomeOf(slot, experience, variant, frame)
      break
    }
    if (variant === 'no-id') {
      needsId = true
      if (candidate.draw) (toDraw ??= []).push(candidate)
    }
    if (variant === 'capped' && experience.cap) {
      changesAtMs = Math.min(changesAtMs, reopensAtMs(experience, experience.cap, frame) ?? Infinity)
    }
  }
  if (slot.features.length > 0) changesAtMs = Math.min(changesAtMs, changeMs(slot.features, frame))
  if (slot.tv.length > 0) changesAtMs = Math.min(changesAtMs, changeMs(slot.tv, frame))
  outcome ??= nothingOf(slot, needsId)
  if (changesAtMs < Infinity) outcome.changesAtMs = changesAtMs
  if (toDraw) outcome.toDraw = toDraw
  return outcome
}

/** Keeps the page as it is for a visitor who is held out of all experiences, and reports so. */
function holdOut(outcome: SlotOutcome): SlotOutcome {
  return outcome.experience ? { ...outcome, reason: 'holdout', variant: HELD_OUT, uses: undefined } : outcome
}

/**
 * Decides every slot of the catalog. Pure: the same arguments give the same answer, anywhere.
 * @example
 * ```ts
 * for (const { slot, reason, variant } of decide(compiled, { page, nowMs: Date.now() })) {
 *   console.log(slot.name, reason, variant?.id)
 * }
 * ```
 */
export function decide(catalog: CompiledCatalog, context: DecideContext): SlotOutcome[] {
  return decideSlots(catalog, catalog.slots, context)
}

/** Decides some of a catalog's slots. */
export function decideSlots(
  catalog: CompiledCatalog,
  slots: readonly CompiledSlot[],
  context: DecideContext,
): SlotOutcome[] {
  const frame = createFrame(context, catalog.size)
  const outcomes = slots.map((slot) => decideSlot(slot, frame))
  return isHeldOut(catalog, frame) ? outcomes.map(holdOut) : outcomes
}
