import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type RunningService, startService } from './start-service.ts'

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
