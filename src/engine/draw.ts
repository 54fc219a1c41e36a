import type { Reason } from '../protocol/index.ts'
import type { Experience, Variant } from './catalog.ts'
import type { CompiledCatalog, Draw } from './compiled.ts'
import { HELD_OUT, isControl, type SlotOutcome } from './decide.ts'

/** One of the outcomes that a page may draw where nobody's id decides. */
export interface DrawnArm {
  /** The experience. */
  experience: Experience
  /** The variant; that of the holdout for its share. */
  variant: Variant
  /** Reason for what the slot shows then. */
  reason: Reason
  /** Factor that makes of a page's one draw, from 0 to 1, the draw of this experience: the fraction of their product. */
  by: number
  /** End of this arm's share: the first arm whose end lies above its experience's draw counts. */
  below: number
}

/**
 * Returns the arms among which a page draws before an outcome counts, in their order: each variant with its share, and the site's holdout
 * with its own. A draw above all of them is left out by coverage.
 * @example
 * ```ts
 * const draw = Math.random() // one for the page
 * const arm = armsToDraw(compiled, outcome).find(({ by, below }) => (draw * by) % 1 < below)
 * console.log(arm?.variant.id ?? outcome.variant?.id)
 * ```
 */
export function armsToDraw({ holdout }: Pick<CompiledCatalog, 'holdout'>, { toDraw = [] }: SlotOutcome): DrawnArm[] {
  const { share: heldOut = 0 } = holdout ?? {}
  return toDraw.flatMap(({ experience, ranges, draw }) => {
    const shares = ranges.map(([from, until]) => until - from)
    const { by } = draw as Draw
    let below = heldOut * shares.reduce((sum, share) => sum + share, 0)
    const held: DrawnArm[] = below > 0 ? [{ experience, variant: HELD_OUT, reason: 'holdout', by, below }] : []
    const arms = experience.variants.map((variant, index): DrawnArm => {
      below += (1 - heldOut) * (shares[index] ?? 0)
      return { experience, variant, reason: isControl(variant) ? 'control' : 'match', by, below }
    })
    return [...held, ...arms]
  })
}
