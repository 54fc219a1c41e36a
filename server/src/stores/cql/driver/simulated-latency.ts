import { setTimeout as delay } from 'node:timers/promises'
import type { CqlSession } from './session.ts'

/**
 * The same session from further away: each answer, also an error, comes so many ms later. Node's timers are right to about
 * 1 ms. For load tests and figures, where the cluster stands on the same machine.
 */
export function simulatedLatency(session: CqlSession, rttMs: number): CqlSession {
  if (rttMs === 0) return session
  async function later<Value>(answer: Promise<Value>): Promise<Value> {
    const [outcome] = await Promise.allSettled([answer])
    await delay(rttMs)
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  }
  return {
    execute: (...query) => later(session.execute(...query)),
    executeAll: (...query) => later(session.executeAll(...query)),
    async *pages(...query) {
      for await (const page of session.pages(...query)) yield later(Promise.resolve(page))
    },
    change: (statement) => later(session.change(statement)),
    close: () => session.close(),
  }
}
