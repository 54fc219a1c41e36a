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
  variant?: Variant
  /** The instant at which a schedule may change this decision, in ms since 1970; absent if none will. */
  changesAtMs?: number
}

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

function choose(slot: CompiledSlot, context: DecideContext): Omit<SlotOutcome, 'slot' | 'changesAtMs'> {
  let needsId = false
  for (const candidate of slot.experiences) {
    const { experience, splits, test } = candidate
    if (!isRunning(experience, context.nowMs) || !test(context)) continue
    if (splits && context.visitorId === undefined) {
      needsId = true
      continue
    }
    const variant = variantFor(candidate, context.visitorId)
    if (variant) return { reason: variant.operations.length > 0 ? 'match' : 'control', experience, variant }
  }
  return { reason: needsId ? 'no-id' : 'no-match' }
}

/** Decides every slot of the catalog. Pure: the same arguments give the same answer, anywhere. */
export function decide(catalog: CompiledCatalog, context: DecideContext): SlotOutcome[] {
  return catalog.slots.map((slot) => {
    const changesAtMs = nextChange(slot, context.nowMs)
    return { slot, ...choose(slot, context), ...(changesAtMs === undefined ? {} : { changesAtMs }) }
  })
}
