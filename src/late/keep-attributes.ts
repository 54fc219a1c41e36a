import { getAttribute } from '../client/attribute.ts'
import type { Bridge } from '../client/bridge.ts'
import { isShown } from '../client/content.ts'
import { MAX_TRIES } from '../client/keep.ts'
import { carry, type InPlaceOperation, isContent, makeShell } from '../client/operations.ts'
import { read } from '../client/read.ts'
import { safely } from '../client/safely.ts'
import type { Operation } from '../protocol/index.ts'
import type { Track } from './serve.ts'
import type { Served } from './served.ts'

/** Returns what an operation changes besides content, as an element has it. */
function valueOf(element: HTMLElement, plain: HTMLElement, operation: Operation): unknown {
  const { op, name } = operation as InPlaceOperation
  if (op === 'class') return read(element, plain, 'classList').contains(name)
  if (op === 'style') return read(element, plain, 'style').getPropertyValue(name)
  return getAttribute(element, name)
}

/** The time in which a variant is shown anew so often at most, in ms. */
const WINDOW_MS = 10_000

/**
 * Puts attributes, classes and styles of variants back that a framework has rendered away, that is: where it has set what the page
 * had at first. Anything else that it sets stays.
 */
export function keepAttributes(
  bridge: Bridge,
  served: Pick<Served, '_enders' | '_onChange' | 'emit'>,
  track: Track,
): void {
  const check = safely((records?: MutationRecord[]) => {
    bridge._view._foundSlots.forEach((slotElement) => {
      const { _element: slot, _change: change } = slotElement
      if (!change) return
      // Of the slots alone: where a page writes 60 styles a frame, an observer of all its elements adds 95 µs to the 190 of the writes,
      // though it does nothing (Chromium 156).
      observer.observe(slot, { attributes: true })
      if (records && !records.some(({ target }) => target === slot)) return
      const { operations, _before: before } = change
      // The page has its own content here.
      if (operations.some(isContent) && !isShown(slot)) return
      const shell = makeShell(before, operations, bridge)
      const lost = operations.filter((operation) => {
        const now = isContent(operation) || valueOf(slot, before, operation)
        return now !== valueOf(shell, before, operation) && now === valueOf(before, before, operation)
      })
      if (lost[0] && change._tries++ < MAX_TRIES) carry(shell, slot, lost)
    })
  })
  const observer = new MutationObserver(check)
  // The tag's own observer, which finds slots and changes them, is told before.
  bridge._roots.forEach((root) => {
    observer.observe(root, { childList: true, subtree: true })
  })
  served._onChange(() => {
    check([])
  })
  const timer = setInterval(() => {
    bridge._view._foundSlots.forEach(({ slot, _change: change }) => {
      if (!change || change._tries === Infinity) return
      if (change._tries < MAX_TRIES) change._tries = 0
      else {
        change._tries = Infinity
        track('pp:gave-up', { slot })
        served.emit('error', { code: 'reapply_gave_up', slot })
      }
    })
  }, WINDOW_MS)
  served._enders.push(() => {
    observer.disconnect()
    clearInterval(timer)
  })
  check()
}
