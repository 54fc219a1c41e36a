import type { Outcome } from '../client/apply-decision.ts'
import { getAttribute, setAttribute } from '../client/attribute.ts'
import type { Bridge, Changed, Method, SlotElement } from '../client/bridge.ts'
import { decisionsNow } from '../client/cache.ts'
import { giveBack } from '../client/keep.ts'
import { setSources } from '../client/picture.ts'
import type { Cue, JsonObject, Operation, SlotDecision } from '../protocol/index.ts'
import { isInUse } from './in-use.ts'

/** Shortest time between two swaps of a slot, in ms. */
const BETWEEN_MS = 30_000

/** Most variants that a slot is given in a view. */
const MAX_SWAPS = 3

/** Difference of heights that nobody sees, in CSS px. */
const SAME_PX = 0.5

const FADE_MS = 250

/** The change that a slot is to make: a cue, or what was decided for now. */
export interface Target extends Partial<SlotDecision>, Pick<Cue, 'content'> {
  /** True if the slot is only brought up to date: it is not reported if it shows this already. */
  _isSync?: boolean
  /** True if the content had to be there in time. */
  _isCue?: boolean
}

/** The swaps of a slot in this view. */
interface History {
  _swaps: number
  _swappedMs: number
  /** Whatever it has shown, as JSON. */
  _shown: string[]
}

/** Swaps the contents of live slots. */
export interface Swapper {
  /**
   * Shows a target at once, or finds that it must not be shown, and reports its outcome.
   * @param isForced true for what was withdrawn: no rule keeps it in the page.
   * @returns false if it has to wait, for the visitor, an answer, or the time between two swaps.
   */
  _swap(slot: string, target: Target, operations: Operation[], isForced?: boolean): boolean
  /** Reports the outcome of a target. */
  _tell(slot: string, target: Target, outcome: Outcome, cause?: string): void
}

/** Gives an element back to the page, to the letter: a class or style that we have added leaves no empty attribute. */
function restore(slotElement: SlotElement): void {
  const { _element: slot, _change: change } = slotElement
  if (!change) return
  giveBack(slotElement as Changed)
  ;['class', 'style'].forEach((name) => {
    if (!getAttribute(slot, name)) setAttribute(slot, name, change._before.getAttribute(name))
  })
  setSources(slot, false)
}

const rectOf = ({ _element: element }: SlotElement): DOMRect => element.getBoundingClientRect()

function isInView(slotElement: SlotElement): boolean {
  const { top, bottom } = rectOf(slotElement)
  return top < innerHeight && bottom > 0
}

/** Fades elements in, unless the visitor wants less motion. */
function fade(elements: SlotElement[]): void {
  if (matchMedia('(prefers-reduced-motion:reduce)').matches) return
  elements.forEach(({ _element: element }) => {
    if (element.animate) element.animate({ opacity: [0, 1] }, FADE_MS)
  })
}

/** Makes it. `runMs` is the time since the page began. */
export function createSwapper(bridge: Bridge, runMs: () => number): Swapper {
  let view: unknown
  let histories: { [slot: string]: History } = {}

  const elementsOf = (slot: string): SlotElement[] => bridge._view._foundSlots.filter((other) => other.slot === slot)

  function _tell(slot: string, target: Target, outcome: Outcome, cause?: string): void {
    const { tier, experience, variant } = target
    bridge._marks.push([outcome + ':' + slot, target as SlotDecision])
    if (experience)
      bridge._report(bridge, {
        type: 'track',
        event: 'pp:assigned',
        properties: { slot, experience, variant, tier, outcome, cause } as JsonObject,
      })
    bridge._notify()
  }

  /**
   * Has the tag find the slot's elements again and carry a decision out, as for elements that are new: one code swaps. The decision
   * says no experience, so that nothing is reported.
   * @returns true if it could be carried out.
   */
  function show(slot: string, elements: SlotElement[], operations: Operation[]): boolean {
    const { _view: shown, _marks: marks } = bridge
    elements.forEach(restore)
    shown._foundSlots = shown._foundSlots.filter((other) => other.slot !== slot)
    const decisions = decisionsNow(bridge) as { [slot: string]: unknown }
    decisions[slot] = { operations }
    bridge._marks = []
    ;(bridge._client['observe'] as Method)(document as never)
    const isOfSlot = ([name]: [string, ...unknown[]]): boolean => name.split(':').slice(1).join(':') === slot
    const ours = bridge._marks.filter(isOfSlot)
    bridge._marks = marks.concat(bridge._marks.filter((one) => !isOfSlot(one)))
    return !ours.some(([name]) => name[0] === 'f')
  }

  /** Shows operations unless that moves something in view; returns the cause if it does, or they cannot be carried out. */
  function tryShow(slot: string, before: Operation[], operations: Operation[], isForced?: boolean): string | undefined {
    const elements = elementsOf(slot)
    const rects = elements.map(rectOf)
    const isShown = show(slot, elements, operations)
    const after = elements.map((element) => rectOf(element).height)
    const hasMoved = rects.some(
      ({ top, height }, index) => top < innerHeight && Math.abs(height - (after[index] as number)) > SAME_PX,
    )
    if (isShown && (isForced || !hasMoved)) {
      if (!isForced) fade(elements)
      return
    }
    show(slot, elementsOf(slot), before)
    if (!isShown) return 'operations'
    const properties = { slot, before: rects.map(({ height }) => height), after }
    bridge._report(bridge, { type: 'track', event: 'pp:refused', properties })
    return 'size'
  }

  return {
    _tell,
    _swap(slot, target, operations, isForced) {
      const decisions = decisionsNow(bridge)
      const { _view: now } = bridge
      const elements = elementsOf(slot)
      if (!decisions || now._pendingSlots.some((other) => other.slot === slot)) return false
      if (view !== now) histories = {}
      view = now
      const history = (histories[slot] = histories[slot] || { _swaps: 0, _swappedMs: -Infinity, _shown: [] })
      const isVariant = operations.length > 0
      const change = elements[0] && elements[0]._change
      const before = change ? change.operations : []
      const keys = [before, operations].map((all) => JSON.stringify(all))
      const isChange = elements[0] && keys[0] !== keys[1]
      const last = decisions[slot] as SlotDecision | null
      let cause: string | undefined

      if (isChange && !isForced) {
        if (
          elements.some(({ _element: element }) => isInUse(element)) ||
          (isVariant && runMs() - history._swappedMs < BETWEEN_MS)
        )
          return false
        if (
          isVariant &&
          (history._swaps >= MAX_SWAPS || (history._shown.indexOf(keys[1] as string) >= 0 && elements.some(isInView)))
        )
          cause = 'limit'
      }
      if (isChange && !cause) {
        cause = tryShow(slot, before, operations, isForced)
        if (!cause) {
          history._swaps += +isVariant
          history._swappedMs = runMs()
          history._shown = history._shown.concat(keys)
        }
      }
      target.tier = target.tier || (last && last.tier) || 'contextual'
      target.operations = operations
      // For what comes into this page later: the next view asks.
      target.ttlMs = 1
      decisions[slot] = cause ? last : (target as SlotDecision)
      if (elements[0] && (isChange || !target._isSync))
        _tell(slot, target, cause ? 'failed' : isVariant ? 'shown' : 'control', cause)
      return true
    },
  }
}
