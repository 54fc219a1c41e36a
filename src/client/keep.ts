import { getAttribute } from './attribute.ts'
import type { Bridge, Changed } from './bridge.ts'
import { hideContent, isOpen, isShown, showContent, sign } from './content.ts'
import { carry, isContent, makeShell } from './operations.ts'
import { isInPage } from './roots.ts'
import { swap } from './swap.ts'

/** Times that a variant is shown anew within ten seconds before the page has its way (`late/keep-attributes.ts`). */
export const MAX_TRIES = 50

/** Gives an element back to the page, with whatever the page has made of it meanwhile. */
export function giveBack({ _element: slot, _change: { operations, _before: before } }: Changed): void {
  hideContent(slot)
  carry(
    before,
    slot,
    operations.filter(
      (operation) => operation.op !== 'attribute' || getAttribute(slot, operation.name) === operation.value,
    ),
  )
}

/** Shows a variant wherever the page has what it had at first, and gives the slot back where it has something else. */
function check(bridge: Bridge, slotElement: Changed): void {
  const { _element: slot, _change: change } = slotElement
  const { operations, _isOpen: wasOpen } = change
  change._isOpen = isOpen(slot)
  if (!operations.some(isContent) || sign(slot) === change._sign) return
  giveBack(slotElement)
  change._sign = sign(slot)
  if (wasOpen || (change._sign === change._original && change._tries++ < MAX_TRIES)) {
    const shell = makeShell(change._before, operations, bridge)
    carry(shell, slot, operations)
    showContent(slotElement, shell)
  }
}

/**
 * Looks after the variants in elements in which something has changed. Those of earlier views are forgotten once the app has removed
 * them or renders them anew, and then found as slots of this view.
 */
export function keep(bridge: Bridge, records: MutationRecord[]): void {
  const { _view: view } = bridge
  view._foundSlots = view._foundSlots.filter((slotElement) => {
    const { _element: slot, _change: change } = slotElement
    const isTouched = records.some(({ target }) => document.contains.call(slot, target))
    if (change && (change._isOpen || isTouched)) check(bridge, slotElement as Changed)
    if (!slotElement._isEarlier || (isInPage(slot) && (!isTouched || isShown(slot)))) return true
    if (change) giveBack(slotElement as Changed)
    return false
  })
}

/** Shows a variant in the element that a framework has put in the place of another, if it has the same original. */
export function takeOver(bridge: Bridge, slotElement: Changed, element: HTMLElement): void {
  const { operations, _before: before, _original: original, _tries: tries } = slotElement._change
  if (
    tries < MAX_TRIES &&
    operations.every((operation) =>
      isContent(operation)
        ? sign(element) === original
        : operation.op !== 'attribute' || getAttribute(element, operation.name) === before.getAttribute(operation.name),
    )
  ) {
    giveBack(slotElement)
    slotElement._element = element
    swap(slotElement, operations, bridge, String)
    slotElement._change._tries = tries + 1
  }
}
