import { getAttribute, setAttribute } from '../client/attribute.ts'
import type { Change } from '../client/bridge.ts'
import { setHidden } from '../client/hide.ts'
import { safely } from '../client/safely.ts'
import { applyOperation, attributeOf, type InPlaceOperation, isContent, setSources, styleOf } from '../client/swap.ts'

/** Gives a style property back the value that it had. */
function restoreProperty(element: HTMLElement, name: string, before: HTMLElement): void {
  const style = styleOf(element, before)
  style.removeProperty(name)
  if (before.style.getPropertyValue(name)) {
    style.setProperty(name, before.style.getPropertyValue(name), before.style.getPropertyPriority(name))
  }
}

function undoInPlace({ _element: element, operations, _before: before }: Change): void {
  const own = operations.filter((operation) => !isContent(operation)) as InPlaceOperation[]
  const after = before.cloneNode(false) as HTMLElement
  own.forEach((operation) => {
    applyOperation(after, operation, {})
  })
  // Where nobody else has changed an attribute since, it becomes again what it was, to the letter. A style that no browser takes
  // has left an empty one.
  const valueOf = (of: HTMLElement, operation: InPlaceOperation): string =>
    getAttribute(of, attributeOf(operation)) || ''
  const isOurs = own.map((operation) => valueOf(after, operation) === valueOf(element, operation))
  own.forEach((operation, index) => {
    const attribute = attributeOf(operation)
    if (isOurs[index]) setAttribute(element, attribute, before.getAttribute(attribute))
    else if (operation.op === 'class')
      element.classList.toggle(operation.name, before.classList.contains(operation.name))
    else if (operation.op === 'style') restoreProperty(element, operation.name, before)
  })
}

function undo(change: Change): void {
  const { _element: element, _before: before, _replaced: replaced } = change
  const range = document.createRange()
  setHidden(element, false)
  if (before.ownerDocument === document) range.selectNode(element)
  else {
    undoInPlace(change)
    setSources(element, false)
    if (!replaced) return
    range.selectNodeContents(element)
  }
  range.deleteContents()
  range.insertNode(replaced || before)
}

/** Undoes changes, last first, once: the list is reversed in place. What others have changed since stays, but for content that was replaced. */
export function revert(changes: Change[]): void {
  changes.reverse().forEach(safely(undo))
}
