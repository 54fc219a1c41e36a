import type { Site } from '../catalog/site.ts'

/**
 * Returns true if some live slot asks for TV, and for the person or who that is: then airings may change for somebody what is nobody's
 * plan.
 */
export function isPersonal({ compiled }: Site): boolean {
  return compiled.slots.some(
    (slot) => slot.isLive && slot.tv.length > 0 && (slot.isPersonal || slot.experiences.some(({ needsId }) => needsId)),
  )
}
