import { type Change, type InPlaceOperation, isContent, setInPlace } from '../client/swap.ts'

/** The attribute that an operation changes. */
export function attributeOf({ op, name }: InPlaceOperation): string {
  return op === 'attribute' ? name : op
}

function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

/** Gives a style property back the value that it had. */
function restoreProperty(element: HTMLElement, name: string, { style }: HTMLElement): void {
  element.style.removeProperty(name)
  if (style.getPropertyValue(name)) {
    element.style.setProperty(name, style.getPropertyValue(name), style.getPropertyPriority(name))
  }
}

function undoInPlace({ element, operations, before }: Change): void {
  const own = operations.filter((operation) => !isContent(operation)) as InPlaceOperation[]
  const after = before.cloneNode(false) as HTMLElement
  own.forEach((operation) => {
    setInPlace(after, operation)
  })
  // Where nobody else has changed an attribute since, it becomes again what it was, to the letter.
  const isOurs = own.map((operation) => after.getAttribute(attributeOf(operation)) === element.getAttribute(attributeOf(operation)))
  own.forEach((operation, index) => {
    const attribute = attributeOf(operation)
    if (isOurs[index]) setAttribute(element, attribute, before.getAttribute(attribute))
    else if (operation.op === 'class') element.classList.toggle(operation.name, before.classList.contains(operation.name))
    else if (operation.op === 'style') restoreProperty(element, operation.name, before)
  })
}

function undo(change: Change): void {
  if (change.before.ownerDocument === document) change.element.replaceWith(change.before)
  else {
    undoInPlace(change)
    if (change.replaced) change.element.replaceChildren(change.replaced)
  }
}

/** Undoes changes, last first, once: the list is reversed in place. What others have changed since stays, but for content that was replaced. */
export function revert(changes: Change[]): void {
  changes.reverse().forEach(undo)
}
