import type { Bridge, Method } from '../client/bridge.ts'
import { decisionsNow } from '../client/cache.ts'
import { report } from '../client/report.ts'
import { hasGpc } from '../client/visitor.ts'
import type { JsonObject } from '../protocol/index.ts'
import { contentOf, decisionNow, describe } from './decision.ts'
import type { Emitter } from './events.ts'

/** Longest time that `decide` waits for an answer, in ms, if the page does not say another. */
const DECIDE_TIMEOUT_MS = 2_000

/** The methods that need no place in the tag. */
export interface Api {
  [name: string]: Method
}

/** Makes them. `waiters` are called whenever something has changed; `end` is `destroy`. */
export function createApi(bridge: Bridge, emitter: Emitter, waiters: (() => void)[], end: () => void): Api {
  /** Resolves when there is an answer or the question has failed; `true` when the time is over before. */
  function settled(timeoutMs: number): Promise<boolean> {
    const decisions = decisionsNow(bridge)
    if (!decisions || Object.keys(decisions).some((slot) => !decisions[slot])) bridge.ask(bridge)
    // An answer that is complete is good enough, though a fresher one may be under way.
    else return Promise.resolve(false)
    return new Promise((resolve) => {
      const waiter = (): void => {
        if (bridge.question) return
        waiters.splice(waiters.indexOf(waiter), 1)
        resolve(false)
      }
      waiters.push(waiter)
      setTimeout(() => {
        resolve(true)
      }, timeoutMs)
      waiter()
    })
  }

  return {
    group(groupId: string, traits?: JsonObject) {
      report(bridge, { type: 'group', groupId, traits })
    },
    // It carries nothing but ids, which Global Privacy Control keeps here.
    alias(userId: string, previousId: string) {
      if (!hasGpc()) report(bridge, { type: 'alias', userId, previousId })
    },
    decide: (slots?: string[], options?: { timeoutMs?: number }) =>
      settled((options && options.timeoutMs) || DECIDE_TIMEOUT_MS).then((isLate) =>
        describe(bridge, slots, isLate ? 'timeout' : 'unavailable'),
      ),
    content(slot: string, fallback: unknown) {
      const content = contentOf(decisionNow(bridge, slot))
      return content === undefined ? fallback : content
    },
    on: emitter.on as Method,
    ready(run: (client: unknown) => void) {
      void settled(DECIDE_TIMEOUT_MS).then(() => {
        run(bridge.client)
      })
    },
    flush: () => (bridge.flush ? bridge.flush() : Promise.resolve(bridge.leave(bridge))),
    destroy: end,
  }
}
