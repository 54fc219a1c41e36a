import type { Bridge, Root } from './bridge.ts'
import { read } from './read.ts'

/** Returns true if a node is in the page, also within shadow roots. Before Chromium 51 there was no `isConnected`, and before 53 no roots. */
export function isInPage(node: Node): boolean {
  return document.contains(node) || read(node as HTMLElement, document, 'isConnected')
}

/** Returns the document or the shadow root that an element stands in. */
export function rootOf(element: Element): Root {
  return document.getRootNode ? (document.getRootNode.call(element) as Root) : document
}

/** Finds slots in a document or shadow root from now on. What is neither throws before it is kept: each later scan reads all roots. */
export function observe(bridge: Bridge, root: Root): void {
  if (bridge._roots.indexOf(root) >= 0) return
  bridge._observer.observe(root, { childList: true, subtree: true, characterData: true })
  findRoots(bridge, [root.querySelectorAll('*')])
  bridge._roots.push(root)
}

/**
 * Finds the shadow roots of elements that were added, and of those that have got one since: the parser may have been between an
 * element's start tag and its template, or a script defines a custom element that is in the page already; no observer is told of either.
 */
export function findRoots(bridge: Bridge, added: ArrayLike<Node>[]): void {
  const { _shadowHosts: hosts } = bridge
  if (!hosts) return
  added.forEach((nodes) => {
    ;([] as Element[]).forEach.call(nodes, (node) => {
      if (node.shadowRoot || /-/.test(node.localName)) hosts.push(node)
    })
  })
  hosts.splice(0).forEach((host) => {
    if (host.shadowRoot) observe(bridge, host.shadowRoot)
    else hosts.push(host)
  })
}
