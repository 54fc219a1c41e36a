import type { SlotElement } from './bridge.ts'
import { safely } from './safely.ts'

/**
 * Ends the transitions that a swap has begun in slots whose original had a style already: they would show the brand's colours under the
 * personal words (9 frames of Bootstrap's `.btn`). The browser has computed the styles for this by then, once for all slots.
 */
export const endTransitions = safely((slotElements: SlotElement[]) => {
  if (!document.getAnimations || !slotElements.length) return
  document.getAnimations().forEach((animation) => {
    const { transitionProperty, effect } = animation as Partial<CSSTransition>
    const target = effect && (effect as KeyframeEffect).target
    if (transitionProperty && slotElements.some(({ _element: slot }) => document.contains.call(slot, target as Node)))
      animation.finish()
  })
})
