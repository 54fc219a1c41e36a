import type { Method } from '../client/bridge.ts'
import { decisionsNow, saveCache } from '../client/cache.ts'
import { hasGpc } from '../client/visitor.ts'
import type { JsonObject } from '../protocol/index.ts'
import { contentOf, decisionNow, describe } from './decision.ts'
import { end } from './end.ts'
import { type ClientEvents, createEmitter, type Emitter } from './events.ts'
import { hideLink } from './hide-link.ts'
import { revert } from './revert.ts'
import type { CreateApi } from './served.ts'

/** Longest time that `decide` waits for an answer, in ms, if the page does not say another. */
const DECIDE_TIMEOUT_MS = 2_000

export const createApi: CreateApi = (bridge, waiters, served) => {
  const emitter = createEmitter()

  /** Resolves when there is an answer or the question has failed; `true` when the time is over before. */
  function whenAnswered(timeoutMs: number): Promise<boolean> {
    const decisions = decisionsNow(bridge)
    if (!decisions || Object.keys(decisions).some((slot) => !decisions[slot])) bridge._ask(bridge)
    // An answer that is complete is good enough, though a fresher one may be under way.
    else return Promise.resolve(false)
    return new Promise((resolve) => {
      const waiter = (): void => {
        if (bridge._view._request) return
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

  /** The decisions are described here, where there is somebody who listens. */
  const emit: Emitter['emit'] = (name, detail) => {
    emitter.emit(
      name,
      name === 'decision' ? (describe(bridge, undefined, 'unavailable') as ClientEvents[typeof name]) : detail,
    )
  }

  return {
    group(groupId: string, traits?: JsonObject) {
      bridge._report(bridge, { type: 'group', groupId, traits })
    },
    // It carries nothing but ids, which Global Privacy Control keeps here.
    alias(userId: string, previousId: string) {
      if (!hasGpc()) bridge._report(bridge, { type: 'alias', userId, previousId })
    },
    decide: (slots?: string[], options?: { timeoutMs?: number }) =>
      whenAnswered((options && options.timeoutMs) || DECIDE_TIMEOUT_MS).then((isLate) =>
        describe(bridge, slots, isLate ? 'timeout' : 'unavailable'),
      ),
    content(slot: string, fallback: unknown) {
      const content = contentOf(decisionNow(bridge, slot))
      return content === undefined ? fallback : content
    },
    on(name: keyof ClientEvents, listen: () => void) {
      const stop = emitter.on(name, listen)
      if (name !== 'redirect') return stop
      bridge._navigate = (address) => {
        emitter.emit('redirect', { address })
      }
      return () => {
        stop()
        delete bridge._navigate
      }
    },
    ready(run: (client: unknown) => void) {
      void whenAnswered(DECIDE_TIMEOUT_MS).then(() => {
        run(bridge._client)
      })
    },
    unlink() {
      bridge._report(bridge, { type: 'track', event: 'pp:unlinked' })
      hideLink(bridge)
      bridge._unlinked = true
      bridge._record.answer = undefined
      saveCache(bridge)
      const { _request: request } = bridge._view
      bridge._view._request = undefined
      if (request) request.abort()
      bridge._ask(bridge)
    },
    destroy() {
      end(bridge, served)
      revert(bridge._view._foundSlots)
    },
    emit: emit as Method,
  }
}
