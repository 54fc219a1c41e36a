import type { SlotElement } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'

/**
 * Returns true while a visitor uses a slot: the pointer, a finger, the focus or a selection is inside. (Before Chromium 60, Firefox 52 and
 * Safari 10.1 there is no `:focus-within`, and a slot is never in use.)
 */
export const isInUse = safely(({ _element: element }: SlotElement): unknown => {
  const selection = getSelection()
  return (
    Element.prototype.matches.call(element, ':hover,:active,:focus-within') ||
    (selection && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(element))
  )
})
