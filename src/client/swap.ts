import type { HtmlOperation, Operation, TextOperation } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { trusted } from './trusted.ts'

/** What was done to a slot, and what was there before: enough to put it back. */
export interface Change {
  element: HTMLElement
  operations: Operation[]
  /** What `element` has replaced; else an empty copy of `element` as it was, which belongs to another document. */
  before: HTMLElement
  /** The content that was replaced in place. */
  replaced: Node | undefined
}

type ContentOperation = TextOperation | HtmlOperation
/** An operation that leaves the content alone. */
export type InPlaceOperation = Exclude<Operation, ContentOperation>

/** True for what gives the slot another content. */
export function isContent(operation: Operation): operation is ContentOperation {
  return operation.op === 'text' || operation.op === 'html'
}

/** Carries out an operation, but for one that gives the slot another content. */
export function setInPlace(element: HTMLElement, operation: Operation): void {
  if (operation.op === 'class') element.classList.toggle(operation.name, operation.on)
  if (operation.op === 'style') element.style.setProperty(operation.name, operation.value)
  if (operation.op === 'attribute') {
    if (operation.value === null) element.removeAttribute(operation.name)
    else element.setAttribute(operation.name, operation.value)
  }
}

/**
 * Carries out a variant's operations on its slot and adds what was changed to the bridge's `changes`. A shell with the slot's
 * attributes takes its place while the parser is still inside (which goes on filling the original, out of the page), and
 * for another picture, because an image shows its old one until the new one has come (HTML Standard, "update the image
 * data"). The shell comes from a document that loads nothing, or it would have the old picture too.
 * @throws before it has changed anything, when the page's CSP refuses our HTML or the slot has left its page.
 */
export function swap(slot: HTMLElement, operations: Operation[], state: Pick<Bridge, 'changes' | 'policy'>): void {
  const shell = document.implementation.createHTMLDocument().importNode(slot, false)
  const all = document.getElementsByTagName('*')
  const content = operations.filter(isContent)[0]
  // The parser is inside a slot that holds the document's last element: what is written into it now would be followed by
  // the rest of the original.
  const isReplaced = content
    ? document.readyState === 'loading' && !slot.nextSibling && slot.contains(all[all.length - 1] as Node)
    : operations.filter((operation) => (operation as InPlaceOperation).name === 'src')[0]
  const element = isReplaced ? shell : slot
  let replaced: Node | undefined
  if (content) {
    // Our HTML was sanitised when its catalog was published.
    const html = content.op === 'html' && trusted(state, 'createHTML', content.value)
    if (!isReplaced) {
      const range = document.createRange()
      range.selectNodeContents(slot)
      replaced = range.extractContents()
    }
    if (html) element.innerHTML = html
    else element.textContent = content.value
  }
  operations.forEach((operation) => {
    setInPlace(element, operation)
  })
  if (isReplaced) (slot.parentNode as Node).replaceChild(shell, slot)
  state.changes.push({ element, operations, before: isReplaced ? slot : shell, replaced })
}
