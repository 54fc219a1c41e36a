import type { Outcome } from '../client/apply-decision.ts'
import type { Bridge } from '../client/bridge.ts'
import { consentNow, tokenNow } from '../client/visitor.ts'
import type { Emitter } from './events.ts'

/** Makes what tells the listeners of everything that is different from the last time it was called. */
export function createObserver(bridge: Bridge, emit: Emitter['emit']): () => void {
  let consent = consentNow(bridge)
  let token: string | false | undefined = ''
  let answer: unknown

  return () => {
    if (consent !== consentNow(bridge)) emit('consent', (consent = consentNow(bridge)))
    if (token !== (tokenNow(bridge) || '')) emit('identity', { isKnown: !!(token = tokenNow(bridge) || '') })
    if (answer !== bridge._record.answer) {
      answer = bridge._record.answer
      if (answer) emit('decision', {})
    }
    bridge._marks.splice(0).forEach(([mark, decision]) => {
      const kind = mark.split(':')[0] as Outcome | 'fallback' | 'dropped'
      const slot = mark.slice(kind.length + 1)
      if (kind === 'fallback') emit('fallback', { cause: slot })
      else if (kind === 'dropped') emit('error', { code: 'property_dropped', name: slot })
      else if (decision) {
        const { experience, variant } = decision
        emit('applied', { slot, experience, variant, outcome: kind })
      }
    })
  }
}
