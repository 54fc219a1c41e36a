import type { SlotDecision } from '../protocol/index.ts'
import type { SlotDecisions } from './cache.ts'
import type { Config } from './config.ts'
import { setHidden } from './hide.ts'
import { mark } from './mark.ts'
import { safely } from './safely.ts'
import { watchSlots } from './slots.ts'
import { type Change, swap } from './swap.ts'

/** Longest time after boot that anything stays hidden, in ms, however late its slot is parsed. */
const WALL_BUDGET_MS = 800

/** One frame at 60 Hz, in ms. */
const FRAME_MS = 16

/** What became of a decision in the page; every arm has one, so that no arm's slowness can make the numbers differ. */
export type Outcome = 'shown' | 'control' | 'late' | 'failed'

/** What the stage needs of its client. */
export interface StageOptions {
  config: Config
  /** The decisions in force; undefined before the service has answered. */
  decisions(): SlotDecisions | undefined
  /** Longest time that a slot stays hidden while it could be painted, in ms; 0 hides nothing. */
  budgetMs: number
  /** Takes over the selectors of the decisions in force. */
  adopt(): void
  /** A slot needs a decision that is not there. */
  onWaiting(): void
  /** A slot's own content could be seen because no decision came in time. */
  onFallback(cause: string | number): void
  /** Takes what is changed in the page, in order. */
  changes: Change[]
  onSettled(slot: string, decision: SlotDecision, outcome: Outcome): void
}

/** The slots of this page, from their start tag to their decision. */
export interface Stage {
  /** New decisions are in force: settles the slots that wait for one. */
  settle(): void
  /** No decision will come, for this cause: shows what waits as it is. */
  giveUp(cause: string | number): void
  /** Shows everything and leaves the page alone from now on. */
  stop(): void
}

/** A slot of this page that has no decision yet. */
interface Place {
  slot: string
  element: HTMLElement
  /** A visitor may have seen the original: from then on it is never swapped. */
  isPainted: boolean
}

/** Watches the page for slots; swaps each one before it is painted, or hides it until it can be, or leaves it alone. */
export function createStage(options: StageOptions): Stage {
  const { config, decisions } = options
  // Without constructable sheets (before Chromium 73, Firefox 101, Safari 16.4) nothing can be hidden.
  let budgetMs = 'adoptedStyleSheets' in document && options.budgetMs
  const waiting: Place[] = []

  function carryOut({ element, isPainted }: Place, { operations }: SlotDecision): Outcome {
    if (isPainted) return 'late'
    if (!operations || !operations.length) return 'control'
    try {
      swap(element, operations, options.changes)
      return 'shown'
    } catch {
      return 'failed' // The page's CSP has `trusted-types` without our policy.
    }
  }

  function settle(place: Place): void {
    const { slot } = place
    const decision = (decisions() || {})[slot]
    // Shown first: the swap must not take over our attribute. Nothing is painted before it is done.
    setHidden(place.element, false)
    if (!decision) return
    const outcome = carryOut(place, decision)
    mark(outcome + ':' + slot)
    options.onSettled(slot, decision, outcome)
  }

  function expose(place: Place, cause: string | number): void {
    if (waiting.indexOf(place) < 0 || place.isPainted) return
    place.isPainted = true
    setHidden(place.element, false)
    options.onFallback(cause)
  }

  function wait(place: Place): void {
    const waitMs = budgetMs
    const expire = safely(() => {
      expose(place, 'timeout')
    })
    if (waitMs && !place.isPainted) setHidden(place.element, true)
    // Paintable time begins with the next animation frame: before it nothing can be painted. What is shown again is
    // painted with the frame after, so that frame is part of the budget.
    requestAnimationFrame(() => {
      // Under load a timer overtakes an answer that has arrived and whose callback still waits for its turn; so the
      // answer gets one more (Chromium 156, 4x CPU throttling: callbacks came 53 to 507 ms after the answer).
      if (waitMs) setTimeout(() => setTimeout(expire), waitMs - FRAME_MS)
      else expire()
    })
    waiting.push(place)
    options.onWaiting()
  }

  function giveUp(cause: string | number): void {
    waiting.forEach((place) => {
      expose(place, cause)
    })
  }

  const watcher = watchSlots(config.slots, (slot, element, isPainted) => {
    const place = { slot, element, isPainted }
    const inForce = decisions()
    if (inForce && inForce[slot] !== null) settle(place)
    else wait(place)
  })
  setTimeout(
    safely(() => {
      budgetMs = 0
      giveUp('timeout')
    }),
    WALL_BUDGET_MS,
  )

  return {
    giveUp,
    settle() {
      waiting.splice(0).forEach(settle)
      // A slot that the observer was not told of yet is new: WebKit runs our callback before the observer's (2 of 40 views,
      // WebKitGTK 2.50). What only the answer's selectors find may be old.
      watcher.scan(false)
      options.adopt()
      watcher.scan(true)
    },
    stop() {
      watcher.stop()
      waiting.splice(0).forEach(({ element }) => {
        setHidden(element, false)
      })
    },
  }
}
