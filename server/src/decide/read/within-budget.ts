/** Outcome of a wait for an answer. */
export type Waited<Value> =
  { outcome: 'read'; tier: 'live'; profile: Value } | { outcome: 'late' } | { outcome: 'failed'; cause: unknown }

/**
 * Waits for a store's answer, for at most `budgetMs`: a driver's timeouts are there to tell a dead host, not to keep a
 * budget. Never rejects. After a pause of the event loop a timer overtakes an answer that has arrived meanwhile, because
 * timers come before sockets (Node's documentation, "The Node.js event loop"); so the answer gets that one turn more.
 */
export function withinBudget<Value>(answer: Promise<Value>, budgetMs: number): Promise<Waited<Value>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => setImmediate(() => resolve({ outcome: 'late' })), Math.max(0, budgetMs))
    const finish = (result: Waited<Value>): void => {
      clearTimeout(timer)
      resolve(result)
    }
    answer.then(
      (profile) => finish({ outcome: 'read', tier: 'live', profile }),
      (cause: unknown) => finish({ outcome: 'failed', cause }),
    )
  })
}
