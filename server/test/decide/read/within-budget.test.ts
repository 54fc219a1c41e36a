import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { withinBudget } from '../../../src/decide/read/within-budget.ts'

/** Answers whatever it hears, in a thread of its own. */
const ECHO = `
const { parentPort } = require('node:worker_threads')
const server = require('node:net').createServer((socket) => socket.pipe(socket))
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

/** Nothing happens in this thread for so long. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('an answer that arrives while the event loop stands still is in time, although the budget is over when it goes on', async () => {
  const server = new Worker(ECHO, { eval: true })
  onTestFinished(async () => void (await server.terminate()))
  const [port] = (await once(server, 'message')) as [number]
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const answer = once(socket, 'data')
  socket.write('ask')
  const waited = withinBudget(answer, 5)
  standStill(200)
  expect((await waited).outcome).toBe('read')
})

test("an answer that does not come in time is late, and what it says afterwards is nobody's", async () => {
  const { promise, reject } = Promise.withResolvers<never>()
  const waited = withinBudget(promise, 5)
  expect((await waited).outcome).toBe('late')
  reject(new Error('the store has failed'))
})

test('an answer that is there in time is given, and so is a failure', async () => {
  const cause = new Error('the store has failed')
  expect(await withinBudget(Promise.resolve('profile'), 5)).toEqual({
    outcome: 'read',
    tier: 'live',
    profile: 'profile',
  })
  expect(await withinBudget(Promise.reject(cause), 5)).toEqual({ outcome: 'failed', cause })
})
