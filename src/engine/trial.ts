import { showingsLeft } from './cap.ts'
import type { Experience, Variant } from './catalog.ts'
import type { CompiledExperience } from './compiled.ts'
import type { Frame } from './frame.ts'
import { indexAt } from './range.ts'

/** Reason that keeps an experience from a visitor, in the order of the checks. */
export type Refusal = 'off' | 'scheduled' | 'audience' | 'no-id' | 'namespace' | 'coverage' | 'capped'

function isRunning({ fromMs, untilMs }: Experience, nowMs: number): boolean {
  return (fromMs === undefined || nowMs >= fromMs) && (untilMs === undefined || nowMs < untilMs)
}

/** The variant that the visitor had first, as long as there is one of that name. */
function keptVariant({ id, sticky, variants }: Experience, { visitor }: Frame): Variant | undefined {
  const { assignments } = visitor ?? {}
  if (sticky !== true || !assignments || !Object.hasOwn(assignments, id)) return undefined
  return variants.find((variant) => variant.id === assignments[id])
}

function assignedVariant(candidate: CompiledExperience, visitorId: string): Variant | Refusal {
  const { experience, namespaceBucket, namespaceRanges, bucket, ranges, splits } = candidate
  if (namespaceBucket && indexAt(namespaceBucket(visitorId), namespaceRanges) < 0) return 'namespace'
  return experience.variants[splits ? indexAt(bucket(visitorId), ranges) : 0] ?? 'coverage'
}

/** The variant that an experience has for a visitor, or why there is none. */
export function tryExperience(candidate: CompiledExperience, frame: Frame): Variant | Refusal {
  const { audience, experience, needsId } = candidate
  if (experience.enabled === false) return 'off'
  if (!isRunning(experience, frame.nowMs)) return 'scheduled'
  if (audience && !audience.holds(frame)) return 'audience'
  if (needsId && frame.visitorId === undefined) return 'no-id'
  const variant = keptVariant(experience, frame) ?? assignedVariant(candidate, frame.visitorId ?? '')
  if (typeof variant === 'string') return variant
  return experience.cap && showingsLeft(experience, experience.cap, frame) <= 0 ? 'capped' : variant
}
