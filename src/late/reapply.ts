import { getAttribute } from '../client/attribute.ts'
import type { Bridge, Change } from '../client/bridge.ts'
import { encode } from '../client/json.ts'
import { safely } from '../client/safely.ts'
import { attributeOf, isContent } from '../client/swap.ts'
import { findSlot } from './find-slot.ts'
import type { Track } from './serve.ts'
import type { Served } from './served.ts'

/** Most times in a row that a variant is put back. */
const MAX_TRIES = 5

/** The wait before the second time, in ms; it doubles with each. The first time is at once, before it can be painted. */
const FIRST_WAIT_MS = 100

/** A variant that has stayed for so long, in ms, begins a new row. */
const STAYED_MS = 10_000

/** State of one change. */
interface Kept {
  _ours: string
  _original: string
  _tries: number
  _triedMs: number
  _isWaiting: boolean
}

/**
 * Returns the parts of an element that the operations change, as text; comments and white space, which frameworks add,
 * are left out.
 */
function sign(element: Element, { operations }: Change): string {
  const parts = operations.map((operation) =>
    isContent(operation)
      ? element.innerHTML.replace(/<!--[\s\S]*?-->|\s+/g, '')
      : getAttribute(element, attributeOf(operation)),
  )
  return encode(parts)
}

/** The slot as the page made it. */
function originalOf({ _before: before, _replaced: replaced }: Change): Element {
  const original = before.cloneNode(true) as Element
  if (replaced) original.appendChild(replaced.cloneNode(true))
  return original
}

/**
 * Puts a variant back that a framework has rendered away, that is: where there is again what the page had at first. A slot
 * that shows anything else belongs to the page, and is left alone for good.
 */
export function keepApplied(bridge: Bridge, served: Served, track: Track): void {
  const { _changes: changes, _foundSlots: found } = bridge
  /** By their places among the changes. */
  const kept: (Kept | undefined)[] = []

  /** Returns the change's element as it is in the page now, or one that has come in its place. */
  function elementOf(change: Change): HTMLElement | undefined {
    if (document.contains(change._element)) return change._element
    const known = ([] as { _element: HTMLElement }[]).concat(changes, found)
    return findSlot(bridge, change.slot).filter((element) => known.every((other) => other._element !== element))[0]
  }

  function putBack(index: number, one: Kept, element: HTMLElement): void {
    const { slot, operations } = changes[index] as Change
    if (Date.now() - one._triedMs > STAYED_MS) one._tries = 0
    if (one._tries++ >= MAX_TRIES) {
      kept[index] = undefined
      track('pp:gave-up', { slot })
      served.emit('error', { code: 'reapply_gave_up', slot })
      return
    }
    one._triedMs = Date.now()
    bridge._swap({ slot, _element: element, _isPainted: true }, operations, bridge, String)
    changes[index] = changes.pop() as Change
  }

  function check(index: number, isDue?: boolean): void {
    const change = changes[index] as Change
    const one = kept[index]
    const element = elementOf(change)
    if (!one || !element || one._isWaiting) return
    const now = sign(element, change)
    if (now === one._ours) return
    if (now !== one._original) kept[index] = undefined
    else if (isDue || Date.now() - one._triedMs > STAYED_MS) putBack(index, one, element)
    else {
      one._isWaiting = true
      setTimeout(
        safely(() => {
          one._isWaiting = false
          if (!served._isDestroyed) check(index, true)
        }),
        FIRST_WAIT_MS * Math.pow(2, one._tries - 1),
      )
    }
  }

  const checkAll = safely(() => {
    changes.forEach((change, index) => {
      if (index >= kept.length) {
        const original = sign(originalOf(change), change)
        kept.push({
          _ours: sign(change._element, change),
          _original: original,
          _tries: 0,
          _triedMs: 0,
          _isWaiting: false,
        })
      }
      check(index)
    })
  })
  const observer = new MutationObserver(checkAll)
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true })
  served._enders.push(() => {
    observer.disconnect()
  })
  checkAll()
}
