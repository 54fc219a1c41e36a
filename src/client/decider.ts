import { type DecideRequest, type DecideResponse, type PageFacts, PROTOCOL_VERSION } from '../protocol/index.ts'
import type { DecisionCache } from './cache.ts'
import type { Config } from './config.ts'
import { post } from './request.ts'
import type { Visitor } from './visitor.ts'

/** What the decider needs of its client. */
export interface DeciderOptions {
  config: Config
  page: PageFacts
  visitor: Visitor
  cache: DecisionCache
  /** The cache holds an answer. */
  onAnswer(): void
  /** There is none: 0 without a connection, else the HTTP status; 200 came with a body that is none of ours. */
  onFailure(status: number): void
}

/** Asks the service and keeps what it says in the cache. */
export interface Decider {
  /** Takes over the selectors of the decisions in force. Returns false when some slot has to be asked for. */
  adopt(): boolean
  /** Asks, unless a question is under way. */
  ask(): void
  /** The visitor or the consent has changed: forgets what holds no longer, and asks. */
  askAnew(): void
  /** Ignores the answer under way. */
  cancel(): void
}

/** Makes a decider. It asks nothing by itself. */
export function createDecider({ config, page, visitor, cache, onAnswer, onFailure }: DeciderOptions): Decider {
  let request: XMLHttpRequest | undefined

  function adopt(): boolean {
    const decisions = cache.read()
    return (
      !!decisions &&
      Object.keys(decisions).every((slot) => {
        const decision = decisions[slot]
        if (decision && decision.selector) config.slots[slot] = decision.selector
        return decision
      })
    )
  }

  function take(answer: DecideResponse): void {
    if (answer.token && visitor.consentNow() === 'granted') visitor.keepToken(answer.token)
    cache.keep(answer)
    onAnswer()
  }

  function ask(): void {
    if (request) return
    const body: DecideRequest = {
      v: PROTOCOL_VERSION,
      site: config.site,
      consent: visitor.consentNow(),
      token: visitor.tokenNow() || undefined,
      page,
    }
    const asked = post(config.endpoint + '/v1/decide', body, ({ status, response }) => {
      if (asked !== request) return
      request = undefined
      if (status === 200 && response && response.slots) take(response)
      else onFailure(status)
    })
    request = asked
  }

  function cancel(): void {
    const asked = request
    request = undefined
    // Aborted, not only ignored: the answer could still set the cookie of somebody who has withdrawn.
    if (asked) asked.abort()
  }

  return {
    adopt,
    ask,
    cancel,
    askAnew() {
      cancel()
      visitor.forgetToken()
      cache.clear()
      ask()
    },
  }
}
