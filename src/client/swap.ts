import type { HtmlOperation, Operation, TextOperation } from '../protocol/index.ts'
import { setAttribute } from './attribute.ts'
import type { Bridge, Change, SlotElement, SwapState } from './bridge.ts'
import { setHidden } from './hide.ts'
import { trusted } from './trusted.ts'

type ContentOperation = TextOperation | HtmlOperation
/** An operation that leaves the content alone. */
export type InPlaceOperation = Exclude<Operation, ContentOperation>

/** An element of a browser that has a sanitiser. */
interface Sanitising {
  setHTML(html: string, options: { sanitizer: object }): void
}

/** Longest wait for a picture, in ms, after which the page's own is shown again. */
const PICTURE_MS = 5_000

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

interface Legacy {
  __lookupGetter__(name: 'style'): ((this: Element) => CSSStyleDeclaration) | undefined
}

/**
 * Returns an element's style, by the getter of one of the same kind that has no controls; before Chromium 43 there was no
 * getter. (`Reflect` came later than the oldest TVs.)
 */
export function styleOf(element: HTMLElement, plain: HTMLElement): CSSStyleDeclaration {
  const get = (plain as unknown as Legacy).__lookupGetter__('style')
  return get ? get.call(element) : element.style
}

/** Copies the attributes that operations have changed; the style by CSSOM, which a page's CSP allows. */
function copyAttributes(from: HTMLElement, to: HTMLElement, operations: Operation[]): void {
  operations.forEach((operation) => {
    const name = attributeOf(operation as InPlaceOperation)
    if (name === 'style') styleOf(to, from).cssText = from.style.cssText
    // `text` and `html` are no attributes: both elements lack one of that name.
    else setAttribute(to, name, from.getAttribute(name))
  })
}

/** Takes the other sources of a `<picture>` out of the browser's choice, by types that no browser knows, or gives them back. */
export function setSources(image: HTMLElement, isOut: boolean): void {
  let source = image as unknown as HTMLSourceElement | null
  while (
    (source = (source as HTMLSourceElement).previousElementSibling as HTMLSourceElement | null) &&
    source.localName === 'source'
  ) {
    setAttribute(source, 'type', (isOut ? '-' : '') + source.type.replace(/^-+/, '') || null)
  }
}

/**
 * Carries out a variant's operations on its slot and adds what was changed to the bridge's `changes`. All that can fail is
 * done on a shell first, an empty copy of the slot in an HTML document that loads nothing: no control shadows its properties,
 * and HTML is parsed as HTML even if the page is XHTML. The result is then carried over; or, while the parser is inside the
 * slot, the shell takes its place, and the parser goes on filling the original, out of the page.
 * @param fail called if the variant's picture cannot be shown and the page's own was restored.
 * @throws having changed nothing.
 */
export function swap(slotElement: SlotElement, operations: Operation[], state: SwapState, fail: () => void): void {
  const slot = slotElement._element
  const before = document.implementation.createHTMLDocument().importNode(slot, false)
  const shell = before.cloneNode() as HTMLElement
  const all = document.getElementsByTagName('*')
  const range = document.createRange()
  const change: Change = { slot: slotElement.slot, _element: slot, operations, _before: before, _replaced: undefined }
  operations.forEach((operation) => {
    applyOperation(shell, operation, state)
  })
  const hasContent = operations.some(isContent)
  // The parser is inside a slot that holds the document's last element: the rest of the original would follow whatever is
  // written into it now.
  if (hasContent && document.readyState === 'loading' && document.contains.call(slot, all[all.length - 1] as Node)) {
    change._before = slot
    slotElement._element = change._element = shell
    range.selectNode(slot)
    range.extractContents()
    range.insertNode(shell)
  } else {
    copyAttributes(shell, slot, operations)
    if (hasContent) {
      range.selectNodeContents(shell)
      const content = range.extractContents()
      range.selectNodeContents(slot)
      change._replaced = range.extractContents()
      range.insertNode(content)
    }
    const address = shell.getAttribute('src')
    if (slot.localName === 'img' && address !== before.getAttribute('src')) {
      // It shows the old picture until the new one has come (HTML Standard, "update the image data"), and keeps its box.
      if (state._config._budgetMs) setHidden(slot, true)
      setSources(slot, true)
      const reveal = (): void => {
        if ((slot as HTMLImageElement).complete) setHidden(slot, false)
      }
      const restore = (): void => {
        setHidden(slot, false)
        if (slot.getAttribute('src') !== address) return
        copyAttributes(before, slot, operations)
        setSources(slot, false)
        // So that nothing applies it again (`late/reapply.ts`) or reverts it.
        change.operations = []
        fail()
      }
      requestAnimationFrame(reveal)
      slot.addEventListener('load', reveal)
      slot.addEventListener('error', restore)
      setTimeout(() => {
        if (!(slot as HTMLImageElement).complete && (slot as HTMLImageElement).loading !== 'lazy') restore()
      }, PICTURE_MS)
    }
  }
  state._changes.push(change)
}
