import type { Outcome } from '../client/apply-decision.ts'
import { getAttribute, setAttribute } from '../client/attribute.ts'
import type { Bridge, Changed, Method, SlotDecisions, SlotElement, View } from '../client/bridge.ts'
import { decisionsNow } from '../client/cache.ts'
import { setSources } from '../client/picture.ts'
import type { Arm, Cue, DecideResponse, JsonObject, Operation, SlotDecision } from '../protocol/index.ts'
import { isInUse } from './in-use.ts'

/** Shortest time between two swaps of a slot, in ms. */
const BETWEEN_MS = 30_000

/** Swaps of a slot in a view after which it is given no more variants. */
const MAX_SWAPS = 3

/** Difference of heights that nobody sees, in CSS px. */
const SAME_PX = 0.5

const FADE_MS = 250

/** The change that a slot is to make: a cue, or what was decided for now. */
export interface Target extends Partial<SlotDecision>, Pick<Cue, 'content'>, Partial<Pick<Arm, 'by'>> {}

/** The swaps of a slot in a view. */
interface History {
  _swappedMs: number
  /** The variant that it was given last. */
  _variant?: string | undefined
  /** Of each swap, what was shown before and after it, as JSON. */
  _shown: string[]
}

interface LiveView extends View {
  _histories?: { [slot: string]: History }
}

/** Swaps the contents of live slots. */
export interface Swapper {
  /**
   * Shows a target at once, or finds that it must not be shown, and reports its outcome.
   * @param isSync true if the slot is only brought up to date: it is not reported if it shows this already.
   * @returns false if it has to wait, for the visitor, an answer, or the time between two swaps.
   */
  _swap(slot: string, target: Target, operations: Operation[], isSync: boolean): boolean
  /** Shows the page's own content, whatever moves and whoever uses it: what was there is withdrawn. */
  _withdraw(slot: string): void
  /** Reports the outcome of a target. */
  _tell(slot: string, target: Target, outcome: Outcome, cause?: string): void
}

/** Gives an element back to the page, to the letter: a class or style that we have added leaves no empty attribute. */
function restore(bridge: Bridge, slotElement: SlotElement): void {
  const { _element: slot, _change: change } = slotElement
  if (!change) return
  bridge._giveBack(slotElement as Changed)
  ;['class', 'style'].forEach((name) => {
    if (!getAttribute(slot, name)) setAttribute(slot, name, change._before.getAttribute(name))
  })
  setSources(slot, false)
  delete slotElement._change
}

const rectOf = ({ _element: element }: SlotElement): DOMRect => element.getBoundingClientRect()

/** Returns true if an element is not wholly below the viewport. */
const isAbove = (slotElement: SlotElement): boolean => rectOf(slotElement).top < innerHeight

const heightsOf = (elements: SlotElement[]): number[] => elements.map((one) => rectOf(one).height)

/** Fades an element in, unless the visitor wants less motion. */
function fade({ _element: element }: SlotElement): void {
  if (element.animate && !matchMedia('(prefers-reduced-motion:reduce)').matches)
    element.animate({ opacity: [0, 1] }, FADE_MS)
}

/** Makes it. `runMs` is the time since the page began. */
export function createSwapper(bridge: Bridge, runMs: () => number): Swapper {
  const elementsOf = (slot: string): SlotElement[] => bridge._view._foundSlots.filter((other) => other.slot === slot)

  function _tell(slot: string, target: Target, outcome: Outcome, cause?: string): void {
    const { tier, experience, variant, by } = target
    bridge._marks.push([outcome + ':' + slot, target as SlotDecision])
    if (experience)
      bridge._report(bridge, {
        type: 'track',
        event: 'pp:assigned',
        properties: {
          slot,
          experience,
          variant,
          tier,
          outcome,
          cause,
          by,
          catalog: (bridge._record.answer as DecideResponse).catalog,
        } as JsonObject,
      })
    bridge._notify()
  }

  /**
   * Has the tag find the slot's elements again and carry a decision out, as for elements that are new: one code swaps. The decision
   * says no experience, so that nothing is reported.
   * @returns something true if it could be carried out.
   */
  function show(slot: string, operations: Operation[]): unknown {
    const trial = { operations } as SlotDecision
    elementsOf(slot).forEach((one) => {
      restore(bridge, one)
    })
    bridge._view._foundSlots = bridge._view._foundSlots.filter((other) => other.slot !== slot)
    ;(decisionsNow(bridge) as SlotDecisions)[slot] = trial
    ;(bridge._client['observe'] as Method)(document as never)
    bridge._marks = bridge._marks.filter(([, decision]) => decision !== trial)
    const [first] = elementsOf(slot)
    return !operations.length || (first && first._change)
  }

  /** Shows operations unless that moves something in view; returns the cause if it does, or they cannot be carried out. */
  function tryShow(slot: string, shown: Operation[], operations: Operation[]): string | undefined {
    const elements = elementsOf(slot)
    const before = heightsOf(elements)
    const isDone = show(slot, operations)
    const after = heightsOf(elements)
    const hasMoved = elements.some(
      (one, index) => isAbove(one) && Math.abs((before[index] as number) - (after[index] as number)) > SAME_PX,
    )
    if (isDone && !hasMoved) {
      elements.forEach(fade)
      return
    }
    show(slot, shown)
    if (!isDone) return 'failed'
    bridge._report(bridge, { type: 'track', event: 'pp:refused', properties: { slot, before, after } })
    return 'size'
  }

  return {
    _tell,
    _withdraw(slot) {
      const decisions = decisionsNow(bridge)
      elementsOf(slot).forEach((one) => {
        restore(bridge, one)
      })
      if (decisions) decisions[slot] = { reason: 'no-match', tier: 'contextual' }
    },
    _swap(slot, target, operations, isSync) {
      const decisions = decisionsNow(bridge)
      const view = bridge._view as LiveView
      const elements = elementsOf(slot)
      const [first] = elements
      if (!decisions || view._pendingSlots.some((other) => other.slot === slot)) return false
      const histories = (view._histories = view._histories || {})
      const history = (histories[slot] = histories[slot] || { _swappedMs: -Infinity, _shown: [] })
      const isVariant = operations.length > 0
      const shown = first && first._change ? first._change.operations : []
      const keys = [shown, operations].map((all) => JSON.stringify(all))
      const isChange = first && keys[0] !== keys[1]
      const last = decisions[slot] as Target | null
      const isNew = target.by && target.variant !== history._variant
      let cause: string | undefined

      if (isChange) {
        if (elements.some(isInUse) || (isVariant && runMs() - history._swappedMs < BETWEEN_MS)) return false
        if (
          isVariant &&
          (history._shown.length >= 2 * MAX_SWAPS ||
            (history._shown.indexOf(keys[1] as string) >= 0 &&
              elements.some((one) => isAbove(one) && rectOf(one).bottom > 0)))
        )
          cause = 'limit'
        else cause = tryShow(slot, shown, operations)
        if (!cause) {
          history._swappedMs = runMs()
          history._shown = history._shown.concat(keys)
        }
      }
      history._variant = target.variant
      target.tier = (last || target).tier || 'contextual'
      target.operations = operations
      // A cue is for what comes into this page later: the next view asks.
      if (!isSync) target.ttlMs = 1
      decisions[slot] = (cause ? last : target) as SlotDecision
      if (first && (isChange || !isSync || isNew))
        _tell(slot, target, cause ? 'failed' : isVariant ? 'shown' : 'control', cause)
      return true
    },
  }
}
