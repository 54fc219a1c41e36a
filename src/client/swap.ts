import type { HtmlOperation, Operation, TextOperation } from '../protocol/index.ts'

/** What an operation changed, and what was there before: enough to put it back. */
export interface Change {
  element: HTMLElement
  operation: Operation
  /** The value of the attribute that holds it, `class` and `style` included; of content, the element or nodes it replaced. */
  before: string | Node | null
}

interface TrustedPolicy {
  createHTML(html: string): string
}

let policy: TrustedPolicy | undefined

/** Our HTML was sanitised when its catalog was published; a CSP names the policy in `trusted-types prepaint`. */
function trusted(html: string): string {
  const types = (window as { trustedTypes?: { createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy } })
    .trustedTypes
  if (types && !policy) policy = types.createPolicy('prepaint', { createHTML: (text) => text })
  return policy ? policy.createHTML(html) : html
}

/**
 * True while the parser is inside `element`, so that it holds the document's last element: what is written into it now
 * would be followed by the rest of the original.
 */
function isOpen(element: Node): boolean {
  const all = document.getElementsByTagName('*')
  return document.readyState === 'loading' && !element.nextSibling && element.contains(all[all.length - 1] as Node)
}

function move(from: Node, to: Node): Node {
  while (from.firstChild) to.appendChild(from.firstChild)
  return to
}

type ContentOperation = TextOperation | HtmlOperation
/** An operation that leaves the content alone. */
export type InPlaceOperation = Exclude<Operation, ContentOperation>

function isContent(operation: Operation): operation is ContentOperation {
  return operation.op === 'text' || operation.op === 'html'
}

/** The attribute that an operation changes. */
export function attributeOf({ op, name }: InPlaceOperation): string {
  return op === 'attribute' ? name : op
}

/** Carries out an operation that leaves the content alone. */
export function setInPlace(element: HTMLElement, operation: InPlaceOperation): void {
  if (operation.op === 'class') element.classList[operation.on ? 'add' : 'remove'](operation.name)
  else if (operation.op === 'style') element.style.setProperty(operation.name, operation.value)
  else if (operation.value === null) element.removeAttribute(operation.name)
  else element.setAttribute(operation.name, operation.value)
}

/**
 * Carries out a variant's operations on its slot and adds what was changed to `changes`. A shell with the slot's
 * attributes takes its place while the parser is still inside (which goes on filling the original, out of the page), and
 * for another picture, because an image shows its old one until the new one has come (HTML Standard, "update the image
 * data"). The shell comes from a document that loads nothing, or it would have the old picture too.
 * @throws before it has changed anything, when the page's CSP refuses our HTML.
 */
export function swap(slot: HTMLElement, operations: Operation[], changes: Change[]): void {
  const content = operations.filter(isContent)[0]
  let element = slot
  if (content || operations.some((operation) => (operation as InPlaceOperation).name === 'src')) {
    const shell = document.implementation.createHTMLDocument('').importNode(slot, false)
    if (content && content.op === 'text') shell.textContent = content.value
    else if (content) shell.innerHTML = trusted(content.value)
    if (!content || isOpen(slot)) element = shell
    else {
      changes.push({ element, operation: content, before: move(slot, document.createDocumentFragment()) })
      move(shell, slot)
    }
  }
  operations.forEach((operation) => {
    if (isContent(operation)) return
    changes.push({ element, operation, before: element.getAttribute(attributeOf(operation)) })
    setInPlace(element, operation)
  })
  if (element !== slot && slot.parentNode) {
    changes.push({ element, operation: operations[0] as Operation, before: slot })
    slot.parentNode.replaceChild(element, slot)
  }
}
