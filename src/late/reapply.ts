import type { Bridge } from '../client/bridge.ts'
import { encode } from '../client/json.ts'
import { safely } from '../client/safely.ts'
import { type Change, isContent } from '../client/swap.ts'
import { findSlot } from './find-slot.ts'
import { attributeOf } from './revert.ts'
import type { Served, Track } from './serve.ts'

/** How often in a row a variant is put back before that is given up. */
const MAX_TRIES = 5

/** The wait before the second time, in ms; it doubles with each. The first time is at once, before it can be painted. */
const FIRST_WAIT_MS = 100

/** A variant that has stayed for so long, in ms, begins a new row. */
const STAYED_MS = 10_000

interface Kept {
  /** Its place among the bridge's changes. */
  index: number
  ours: string
  original: string
  tries: number
  triedMs: number
  isWaiting: boolean
}

/** What of an element the operations change; comments and white space, which frameworks add, are left out. */
function sign(element: Element, { operations }: Change): string {
  const parts = operations.map((operation) =>
    isContent(operation)
      ? element.innerHTML.replace(/<!--[\s\S]*?-->/g, '').replace(/\s+/g, ' ').trim()
      : element.getAttribute(attributeOf(operation)),
  )
  return encode(parts)
}

/** The slot as the page made it. */
function originalOf({ before, replaced }: Change): Element {
  const original = before.cloneNode(true) as Element
  if (replaced) original.appendChild(replaced.cloneNode(true))
  return original
}

/**
 * Puts a variant back that a framework has rendered away, that is: where there is again what the page had at first. A slot
 * that shows anything else belongs to the page, and is left alone for good.
 */
export function keepApplied(bridge: Bridge, served: Served, track: Track): void {
  const { changes } = bridge
  const kept: { [slot: string]: Kept | undefined } = {}
  let count = 0

  function putBack(slot: string, one: Kept, element: HTMLElement): void {
    const change = changes[one.index] as Change
    if (Date.now() - one.triedMs > STAYED_MS) one.tries = 0
    if (one.tries++ >= MAX_TRIES) {
      kept[slot] = undefined
      track('pp:gave-up', { slot })
      served.emit('error', { code: 'reapply_gave_up', slot })
      return
    }
    one.triedMs = Date.now()
    bridge.swap(element, change.operations, bridge)
    changes[one.index] = changes.pop() as Change
  }

  function check(slot: string, isDue?: boolean): void {
    const one = kept[slot]
    const element = findSlot(bridge, slot)
    if (!one || !element || one.isWaiting) return
    const now = sign(element, changes[one.index] as Change)
    if (now === one.ours) return
    if (now !== one.original) kept[slot] = undefined
    else if (isDue || Date.now() - one.triedMs > STAYED_MS) putBack(slot, one, element)
    else {
      one.isWaiting = true
      setTimeout(
        safely(() => {
          one.isWaiting = false
          if (!served.isDestroyed) check(slot, true)
        }),
        FIRST_WAIT_MS * Math.pow(2, one.tries - 1),
      )
    }
  }

  const checkAll = safely(() => {
    Object.keys(kept).forEach((slot) => {
      check(slot)
    })
  })
  const observer = new MutationObserver(checkAll)
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true })
  served.onEnd(() => {
    observer.disconnect()
  })
  served.onApplied(({ slot, outcome }) => {
    if (outcome !== 'shown') return
    // Each one that is shown has left one change, in the same order.
    const index = count++
    const change = changes[index]
    if (!change) return
    const original = sign(originalOf(change), change)
    kept[slot] = { index, ours: sign(change.element, change), original, tries: 0, triedMs: 0, isWaiting: false }
    checkAll()
  })
}
