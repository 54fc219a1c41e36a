import { expect, onTestFinished, test, vi } from 'vitest'
import type { CqlSession } from '../../../../src/stores/cql/driver/session.ts'
import { createConnection, StoreUnavailableError } from '../../../../src/stores/cql/regions/connection.ts'

/** A session that says whether it was closed. */
function sessionOf() {
  const state = { closed: 0 }
  const session = { close: async () => void state.closed++ } as CqlSession
  return { session, state }
}

/** Only those of pauses: whoever waits for a promise waits for it. */
function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Connects to what fails so many times first. */
function connectAfter(failures: number, retryAfterMs = 1) {
  const problems: unknown[][] = []
  const { session, state } = sessionOf()
  let tries = 0
  const connection = createConnection({
    name: 'k in dc1',
    retryAfterMs,
    onProblem: (...problem) => problems.push(problem),
    async open() {
      if (tries++ < failures) throw new Error(`try ${tries}`)
      return session
    },
  })
  return { connection, session, state, problems, tries: () => tries }
}

test('a cluster that can be entered is connected once', async () => {
  const { connection, session, problems, tries } = connectAfter(0)
  expect(() => connection.session()).toThrow('k in dc1 is not connected')
  expect(await connection.opened).toBe(session)
  expect([connection.session(), connection.session(), tries(), problems]).toEqual([session, session, 1, []])
})

test('one that cannot be entered is tried for ever, and each failure is told', async () => {
  const { connection, session, problems } = connectAfter(3)
  expect(await connection.opened).toBe(session)
  expect(problems.map(([problem, cause]) => [problem, String(cause)])).toEqual(
    [1, 2, 3].map((one) => ['k in dc1 cannot be entered; the next try is in 1 ms', `Error: try ${one}`]),
  )
})

test('while there is no session, the error says why the last try failed', async () => {
  const { connection } = connectAfter(Infinity, 60_000)
  await new Promise(setImmediate)
  expect(() => connection.session()).toThrow(StoreUnavailableError)
  expect(() => connection.session()).toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ message: 'try 1' }) as Error }) as Error,
  )
  await connection.close()
})

test('a connection that is closed between two tries makes none any more, and tells nothing', async () => {
  useFakeTimers()
  const { connection, problems, tries } = connectAfter(1, 60_000)
  await new Promise(setImmediate)
  await connection.close()
  await connection.close()
  expect(vi.getTimerCount()).toBe(0)
  await new Promise(setImmediate)
  expect([problems.length, tries()]).toEqual([1, 1])
})

test('a session that is opened while its connection is closed does not stay open', async () => {
  const { session, state } = sessionOf()
  const { promise, resolve } = Promise.withResolvers<CqlSession>()
  const connection = createConnection({ name: 'k', onProblem: () => undefined, open: () => promise })
  await connection.close()
  resolve(session)
  await new Promise(setImmediate)
  expect(state.closed).toBe(1)
  expect(() => connection.session()).toThrow(StoreUnavailableError)
})

test('a failure after the end is nobody’s to hear', async () => {
  useFakeTimers()
  const problems: string[] = []
  const { promise, reject } = Promise.withResolvers<CqlSession>()
  const connection = createConnection({
    name: 'k',
    onProblem: (problem) => problems.push(problem),
    open: () => promise,
  })
  await connection.close()
  reject(new Error('too late'))
  await new Promise(setImmediate)
  expect([problems, vi.getTimerCount()]).toEqual([[], 0])
})
