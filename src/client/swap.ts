import type { Operation } from '../protocol/index.ts'
import type { Changed, SlotElement, SwapState } from './bridge.ts'
import { isOpen, showContent } from './content.ts'
import { carry, isContent, makeShell } from './operations.ts'
import { showPicture } from './picture.ts'

/**
 * Carries out a variant's operations on its slot, and keeps what was changed with it. All that can fail is done on a shell
 * first, an empty copy of the slot in an HTML document that loads nothing: no control shadows its properties, and HTML is
 * parsed as HTML even if the page is XHTML. The result is then carried over.
 * @param fail called if the variant's picture cannot be shown and the page's own was restored.
 * @throws having changed nothing.
 */
export function swap(slotElement: SlotElement, operations: Operation[], state: SwapState, fail: () => void): void {
  const slot = slotElement._element
  const before = document.implementation.createHTMLDocument().importNode(slot, false)
  const shell = makeShell(before, operations, state)
  slotElement._change = {
    operations,
    _before: before,
    _original: '',
    _sign: '',
    _isOpen: isOpen(slot),
    _tries: 0,
  }
  carry(shell, slot, operations)
  if (operations.some(isContent)) showContent(slotElement as Changed, shell)
  showPicture(slotElement as Changed, shell, state, fail)
}
