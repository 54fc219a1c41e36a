import type { Reason } from '../protocol/index.ts'
import { bucket, chooseVariant } from './bucket.ts'
import type { Experience, Variant } from './catalog.ts'
import type { CompiledCatalog, CompiledExperience, CompiledSlot } from './compile.ts'
import type { DecideContext } from './context.ts'

/** The engine's decision for one slot. */
export interface SlotOutcome {
  slot: CompiledSlot
  reason: Reason
  experience?: Experience
  /** Its `redirect` and `operations` are what to do; with `holdout` it is an arm of that name without any. */
  variant?: Variant
  /** The instant at which time alone may change this decision, in ms since 1970; absent if it will not. */
  changesAtMs?: number
  /** How often this may be shown again under the experience's cap; absent without one. */
  uses?: number
  /** True when this must never be painted from a cache. */
  isStrict: boolean
}

/** The arm of visitors in the site's holdout. */
export const HOLDOUT: Variant = { id: 'holdout', weight: 0, operations: [] }

function isRunning({ fromMs, untilMs }: Experience, nowMs: number): boolean {
  return (fromMs === undefined || nowMs >= fromMs) && (untilMs === undefined || nowMs < untilMs)
}

/** The visitor's variant; undefined when coverage leaves the visitor out. */
function variantFor({ experience, weights, splits }: CompiledExperience, visitorId = ''): Variant | undefined {
  if (!splits) return experience.variants[0]
  return experience.variants[chooseVariant(bucket(experience.seed, visitorId), weights, experience.coverage)]
}

function nextChange(slot: CompiledSlot, nowMs: number): number | undefined {
  const instants = slot.experiences
    .flatMap(({ experience }) => [experience.fromMs, experience.untilMs])
    .filter((instant) => instant !== undefined && instant > nowMs) as number[]
  return instants.length > 0 ? Math.min(...instants) : undefined
}

function isControl({ operations, redirect }: Variant): boolean {
  return operations.length === 0 && redirect === undefined
}

function isHeldOut({ holdout }: CompiledCatalog, { visitorId }: DecideContext): boolean {
  return holdout !== undefined && visitorId !== undefined && bucket(holdout.seed, visitorId) < holdout.share
}

function choose(catalog: CompiledCatalog, slot: CompiledSlot, context: DecideContext): Pick<SlotOutcome, 'reason' | 'experience' | 'variant'> {
  let needsId = false
  for (const candidate of slot.experiences) {
    const { experience, splits, test } = candidate
    if (experience.enabled === false) continue
    if (!isRunning(experience, context.nowMs) || !test(context)) continue
    if (splits && context.visitorId === undefined) {
      needsId = true
      continue
    }
    const variant = variantFor(candidate, context.visitorId)
    if (variant && isHeldOut(catalog, context)) return { reason: 'holdout', experience, variant: HOLDOUT }
    if (variant) return { reason: isControl(variant) ? 'control' : 'match', experience, variant }
  }
  return { reason: needsId ? 'no-id' : 'no-match' }
}

/** Decides every slot of the catalog. Pure: the same arguments give the same answer, anywhere. */
export function decide(catalog: CompiledCatalog, context: DecideContext): SlotOutcome[] {
  return catalog.slots.map((slot) => {
    const changesAtMs = nextChange(slot, context.nowMs)
    const choice = choose(catalog, slot, context)
    const isStrict = slot.isStrict || choice.experience?.strict === true
    return { slot, ...choice, isStrict, ...(changesAtMs === undefined ? {} : { changesAtMs }) }
  })
}
