import type { CompiledCatalog } from '../compiled.ts'
import type { DecideContext } from '../context.ts'
import { createFrame } from '../frame.ts'
import type { Occurrence } from './occurrence.ts'

/**
 * Returns what is on TV, or was, that an experience speaks of at an instant in a place; undefined if nothing is. It is known of experiences
 * that pages draw ({@link armsToDraw}).
 * @example
 * ```ts
 * const airing = airingBehind(compiled, { page, tv, nowMs: Date.now() }, 'roses-on-tv')
 * console.log(airing?.feed, airing && new Date(airing.fromMs))
 * ```
 */
export function airingBehind(
  { slots, size }: Pick<CompiledCatalog, 'slots' | 'size'>,
  context: DecideContext,
  experience: string,
): Occurrence | undefined {
  const frame = createFrame(context, size)
  const candidates = slots.flatMap(({ experiences }) => experiences.filter((each) => each.experience.id === experience))
  const asked = candidates.flatMap(({ draw }) => draw?.tv ?? [])
  return asked.flatMap((attribute) => attribute.occurrence?.(frame) ?? [])[0]
}
