import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type RunningService, startService } from '../../support/start-service.ts'

/** Sends half a request; resolves once it is under way. */
async function sendHalf({ service, decide }: RunningService): Promise<Socket> {
  const socket = connect(service.address?.port ?? 0, '127.0.0.1')
  socket.write('POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n{"v":')
  await once(socket, 'connect')
  // Answered on another connection, so the half has arrived too: without it the connection would count as idle.
  await decide()
  // A socket that nobody reads never learns that the other side has gone.
  return socket.resume()
}

test('half a request does not keep a closing service open', async () => {
  const running = await startService({ requestTimeoutMs: 300 })
  const { service } = running
  const socket = await sendHalf(running)
  const closed = once(socket, 'close')
  await service.close()
  await closed
  expect(socket.readyState).toBe('closed')
})

test('a closing service waits 5 s at most, however long a request may take', async () => {
  const running = await startService({ requestTimeoutMs: 60_000 })
  const socket = await sendHalf(running)
  const closed = once(socket, 'close')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  let isClosed = false
  const closing = running.service.close().then(() => (isClosed = true))
  // The timer begins some turns of the event loop after the call.
  while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(4_999)
  expect(isClosed).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await closing
  await closed
})

test('an ending service says so, and still answers those who have a connection or make one', async () => {
  const { service, url, decide } = await startService({ drainMs: 60_000 })
  const port = service.address?.port as number
  await service.caughtUp()
  const agent = connect(port, '127.0.0.1')
  onTestFinished(() => void agent.destroy())
  await once(agent, 'connect')
  // Answered on another connection, so that this one has been accepted too.
  expect((await decide()).headers.get('connection')).toBe('keep-alive')
  const closing = service.close()
  const admin = await fetch(`${service.adminAddress?.url}/readyz`)
  expect([admin.status, await admin.json()]).toEqual([503, { status: 'not ready' }])
  const answer = await decide()
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  let heard = ''
  agent.on('data', (data) => (heard += String(data)))
  agent.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(agent, 'end')
  expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n/i)
  // Nobody is left: it does not wait any longer.
  await closing
})
