import cassandra from 'cassandra-driver'
import { expect, test } from 'vitest'
import { ClusterError } from '../../../src/stores/cql/driver/cluster-error.ts'
import { onceReady } from '../../../src/stores/cql/once-ready.ts'

const { responseErrorCodes: codes } = cassandra.types

function refusal(code: number): Error {
  return new cassandra.errors.ResponseError(code, `refused with ${code}`)
}

/** A step that is refused by these errors, one after the other, and then done; and a clock that only pauses move. */
function refusedBy(...refusals: Error[]) {
  let nowMs = 0
  let tries = 0
  const step = async (): Promise<string> => {
    tries++
    const error = refusals.shift()
    if (error) throw error
    return 'done'
  }
  return {
    run: () => onceReady(step, { now: () => nowMs, pause: async (ms) => void (nowMs += ms) }),
    tries: () => tries,
    nowMs: () => nowMs,
  }
}

test('a step is taken again while nodes that have just started know neither each other nor the tables', async () => {
  const missing = new ClusterError('schema', 'its tables are missing', { cause: refusal(codes.invalid) })
  const { run, tries } = refusedBy(refusal(codes.unavailableException), refusal(codes.readTimeout), missing)
  expect(await run()).toBe('done')
  expect(tries()).toBe(4)
})

test('a statement that is refused for ever is not tried again', async () => {
  for (const code of [codes.unauthorized, codes.syntaxError, codes.configError]) {
    const { run, tries } = refusedBy(refusal(code))
    await expect(run()).rejects.toThrow(`refused with ${code}`)
    expect(tries()).toBe(1)
  }
})

test('nodes that are not ready after 10 s have failed', async () => {
  const { run, nowMs } = refusedBy(...Array.from({ length: 100 }, () => refusal(codes.unavailableException)))
  await expect(run()).rejects.toThrow('refused with')
  expect(nowMs()).toBe(10_000)
})
