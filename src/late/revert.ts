import { attributeOf, type Change, type InPlaceOperation, setInPlace } from '../client/swap.ts'

function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

/** Gives a style property back the value that it had in `css`. */
function restoreProperty(element: HTMLElement, name: string, css: string): void {
  const { style } = document.createElement('i')
  style.cssText = css
  element.style.removeProperty(name)
  if (style.getPropertyValue(name)) {
    element.style.setProperty(name, style.getPropertyValue(name), style.getPropertyPriority(name))
  }
}

function undo({ element, operation, before }: Change): void {
  if (before instanceof Element) element.parentNode?.replaceChild(before, element)
  else if (before instanceof Node) element.replaceChildren(before)
  else if (operation.op !== 'text' && operation.op !== 'html') undoInPlace(element, operation, before)
}

function undoInPlace(element: HTMLElement, operation: InPlaceOperation, value: string | null): void {
  const attribute = attributeOf(operation)
  const probe = element.cloneNode(false) as HTMLElement
  setAttribute(probe, attribute, value)
  setInPlace(probe, operation)
  // Where nobody else has changed the attribute since, it becomes again what it was, to the letter.
  if (probe.getAttribute(attribute) === element.getAttribute(attribute)) setAttribute(element, attribute, value)
  else if (operation.op === 'class') element.classList.toggle(operation.name, (value ?? '').split(' ').includes(operation.name))
  else if (operation.op === 'style') restoreProperty(element, operation.name, value ?? '')
}

/** Undoes changes, last first, once: the list is reversed in place. What others have changed since stays, but for content that was replaced. */
export function revert(changes: Change[]): void {
  changes.reverse().forEach(undo)
}
