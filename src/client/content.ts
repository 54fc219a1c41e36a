import { getAttribute, setAttribute } from './attribute.ts'
import type { Changed } from './bridge.ts'
import { addSheet, MASK } from './hide.ts'
import { read } from './read.ts'
import { rootOf } from './roots.ts'

/** A node in a slot that shows a variant. `pp` is 1 at the variant's own nodes, and at an emptied text of the page what it said. */
interface Mixed extends CharacterData {
  pp?: 1 | string | undefined
  outerHTML?: string
}

/** Returns the nodes of an element. */
function nodesOf(element: HTMLElement): Mixed[] {
  return [].slice.call(read(element, document, 'childNodes'))
}

/**
 * Returns what an element says, to be compared: the variant's own nodes by their number, the page's without the comments and white
 * space that frameworks add. The patterns of this file say `<!-.` for the beginning of a comment, which an inline script may not
 * contain (HTML Standard, "restrictions for contents of script elements").
 */
export function sign(element: HTMLElement): string {
  return nodesOf(element)
    .map((node) => (node.pp === 1 ? 1 : node.nodeType === 3 ? node.data : node.outerHTML))
    .join('')
    .replace(/<!-.[^]*?-->|\s+/g, '')
}

/** Returns true if the parser may add to an element: it holds the last element of its document or shadow root. */
export function isOpen(element: Element): boolean {
  const elements = rootOf(element).querySelectorAll('*')
  return document.readyState === 'loading' && document.contains.call(element, elements[elements.length - 1] as Element)
}

/** Changes the `hidden` of an element to `to`, if it is `from`. */
function mask(node: Mixed, from: string | null, to: string | null): void {
  const element = node as unknown as Element
  if (node.outerHTML && getAttribute(element, 'hidden') === from) setAttribute(element, 'hidden', to)
}

/**
 * Shows a variant's content, and hides the page's: its nodes stay where they are, because frameworks hold them and fail if one is
 * not where they put it (React 19: `NotFoundError`, and the app is gone). Elements are hidden, texts are emptied.
 * @param shell holds the content, which is taken out of it.
 */
export function showContent({ _element: slot, _change: change }: Changed, shell: HTMLElement): void {
  const range = document.createRange()
  const ours = nodesOf(shell)
  const theirs = nodesOf(slot)
  change._original = sign(slot)
  addSheet(slot)
  theirs.forEach((node) => {
    mask(node, null, MASK)
    if (node.nodeType === 3) {
      node.pp = node.data
      node.data = ''
    }
  })
  // The parser adds to the last node if that is a text (HTML Standard, "insert a character"), unseen by any observer.
  if (change._isOpen) ours.push(shell.appendChild(document.createComment('')) as Mixed)
  ours.forEach((node) => {
    node.pp = 1
  })
  range.selectNodeContents(shell)
  // Behind the page's nodes, because Vue and Preact take over what a server has rendered in its order and drop the rest. Only
  // Svelte's `{@html}` takes what is between its two comments as it is, and wants nothing after them.
  const isHtml = /^<!-.\w*-->[^]*<!-.-->$/.test(slot.innerHTML)
  const place = isHtml ? (theirs[0] as Node).nextSibling : null
  document.insertBefore.call(slot, range.extractContents(), place)
  change._sign = sign(slot)
}

/** Returns true if an element shows the content of a variant. */
export function isShown(element: HTMLElement): boolean {
  return nodesOf(element).some(({ pp }) => pp === 1)
}

/** Shows the page's content again. What the page has changed meanwhile stays as it is. */
export function hideContent(slot: HTMLElement): void {
  nodesOf(slot).forEach((node) => {
    const { pp } = node
    mask(node, MASK, null)
    if (pp === 1) document.removeChild.call(slot, node)
    else if (pp && !node.data) node.data = pp
    node.pp = undefined
  })
}
