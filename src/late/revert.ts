import { getAttribute, setAttribute } from '../client/attribute.ts'
import type { Changed, SlotElement } from '../client/bridge.ts'
import { hideContent } from '../client/content.ts'
import { setHidden } from '../client/hide.ts'
import { attributeOf, carry, type InPlaceOperation, isContent, makeShell } from '../client/operations.ts'
import { setSources } from '../client/picture.ts'
import { safely } from '../client/safely.ts'

/** Reverts a change. An attribute that nobody else has changed since becomes again what it was, to the letter. */
function undo(slotElement: Changed): void {
  const { _element: slot, _change: change } = slotElement
  const { operations, _before: before } = change
  const attributes = operations
    .filter((operation) => !isContent(operation))
    .map((operation) => attributeOf(operation as InPlaceOperation))
  // Carried over as into the slot, so that classes and styles have the same order.
  const after = before.cloneNode() as HTMLElement
  carry(makeShell(before, operations, {}), after, operations)
  // A style that no browser takes has left an empty one.
  const isOurs = attributes.map((name) => (getAttribute(after, name) || '') === (getAttribute(slot, name) || ''))
  setHidden(slot, false)
  hideContent(slot)
  carry(before, slot, operations)
  attributes.forEach((name, index) => {
    if (isOurs[index]) setAttribute(slot, name, before.getAttribute(name))
  })
  setSources(slot, false)
}

/** Reverts all changes, last first. What others have changed since stays. */
export function revert(foundSlots: SlotElement[]): void {
  foundSlots
    .slice()
    .reverse()
    .forEach(
      safely((slotElement: SlotElement) => {
        if (slotElement._change) undo(slotElement as Changed)
        delete slotElement._change
      }),
    )
}
