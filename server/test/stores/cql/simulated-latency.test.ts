import { expect, test } from 'vitest'
import type { CqlSession } from '../../../src/stores/cql/driver/session.ts'
import { simulatedLatency } from '../../../src/stores/cql/driver/simulated-latency.ts'

const answer = { epoch: 1 }
const refusal = new Error('no host')
const session: CqlSession = {
  execute: () => Promise.resolve(answer),
  executeAll: () => Promise.resolve([answer]),
  async *pages() {
    yield [answer]
  },
  change: () => Promise.reject(refusal),
  close: () => Promise.resolve(),
}

async function elapsedMs(question: Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await question.catch(() => undefined)
  return performance.now() - beganMs
}

test('a distance is added to every answer and every error, and to nothing else of them', async () => {
  const far = simulatedLatency(session, 30)
  expect(await far.execute('readRow', [], 'localOne')).toBe(answer)
  expect(await far.executeAll('listProgress')).toEqual([answer])
  await expect(far.change('x')).rejects.toBe(refusal)
  const times = [far.execute('readRow', [], 'localOne'), far.executeAll('listProgress'), far.change('x')].map(elapsedMs)
  times.push(elapsedMs(far.pages('scanRows', [])[Symbol.asyncIterator]().next()))
  // Node's timers may be 1 ms early.
  for (const time of await Promise.all(times)) expect(time).toBeGreaterThanOrEqual(29)
})

test('without a distance the session is the same', () => {
  expect(simulatedLatency(session, 0)).toBe(session)
})
