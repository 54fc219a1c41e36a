import { rootOf } from '../client/roots.ts'

/** Returns true while a visitor uses an element: the pointer, a finger, the focus or a selection is inside. */
export function isInUse(element: Element): unknown {
  const root = rootOf(element)
  const selection = getSelection()
  return (
    // What is over or pressed inside is over or pressed in the slot, too.
    [].indexOf.call(root.querySelectorAll(':hover,:active'), element as never) >= 0 ||
    document.contains.call(element, root.activeElement) ||
    (selection && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(element))
  )
}
