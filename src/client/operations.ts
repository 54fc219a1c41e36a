import type { HtmlOperation, Operation, TextOperation } from '../protocol/index.ts'
import { setAttribute } from './attribute.ts'
import type { Bridge } from './bridge.ts'
import { read } from './read.ts'
import { trusted } from './trusted.ts'

type ContentOperation = TextOperation | HtmlOperation
/** An operation that leaves the content alone. */
export type InPlaceOperation = Exclude<Operation, ContentOperation>

/** An element of a browser that has a sanitiser. */
interface Sanitising {
  setHTML(html: string, options: { sanitizer: object }): void
}

/** Returns true if an operation replaces the slot's content. */
export function isContent(operation: Operation): operation is ContentOperation {
  return operation.op === 'text' || operation.op === 'html'
}

/** Returns the attribute that an operation changes. */
export function attributeOf({ op, name }: InPlaceOperation): string {
  return op === 'attribute' ? name : op
}

/** Carries out an operation on an element that has no children yet. */
export function applyOperation(element: HTMLElement, operation: Operation, state: Pick<Bridge, '_policy'>): void {
  if (operation.op === 'text') element.textContent = operation.value
  if (operation.op === 'html') {
    // It was sanitised when its catalog was published; but whoever can write into the page's storage can write HTML there.
    // The first `setHTML` (Chromium 105 to 118), which takes other options, had no `setHTMLUnsafe` beside it.
    if ('setHTMLUnsafe' in element && 'setHTML' in element)
      (element as Sanitising).setHTML(operation.value, { sanitizer: {} })
    else element.innerHTML = trusted(state, 'createHTML', operation.value)
  }
  if (operation.op === 'class') element.classList.toggle(operation.name, operation.on)
  if (operation.op === 'style') element.style.setProperty(operation.name, operation.value)
  if (operation.op === 'attribute') {
    setAttribute(element, operation.name, operation.value)
    // The service lets none of these through; but whoever can write into the page's storage can write them there.
    if (
      /^(on|(form)?action$|srcdoc$)/i.test(operation.name) ||
      (/href/i.test(operation.name) && (element as HTMLAnchorElement).protocol === 'javascript:')
    )
      throw new TypeError()
  }
}

/**
 * Gives an element what operations change besides its content, as another element has it: the variant's from the shell, or the
 * page's own from the copy before. A class or a style is changed by itself, and by CSSOM, which a page's CSP allows.
 */
export function carry(from: HTMLElement, to: HTMLElement, operations: Operation[]): void {
  operations.forEach((operation) => {
    const { op, name } = operation as InPlaceOperation
    if (op === 'class') read(to, from, 'classList').toggle(name, from.classList.contains(name))
    else if (op === 'style')
      read(to, from, 'style').setProperty(name, from.style.getPropertyValue(name), from.style.getPropertyPriority(name))
    else if (op === 'attribute') setAttribute(to, name, from.getAttribute(name))
  })
}

/** Returns a copy of an element as a variant makes it. */
export function makeShell(before: HTMLElement, operations: Operation[], state: Pick<Bridge, '_policy'>): HTMLElement {
  const shell = before.cloneNode() as HTMLElement
  operations.forEach((operation) => {
    applyOperation(shell, operation, state)
  })
  return shell
}
