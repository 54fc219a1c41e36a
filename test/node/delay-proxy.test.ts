import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { createDelayProxy } from '../../lab/network/delay-proxy.ts'
import { listen, type Listening } from '../../lab/network/listen.ts'

const opened: Listening[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((listening) => listening.close()))
})

/** An echo behind a proxy. */
async function echoThrough(options: { rttMs: number; bytesPerSecond?: number }): Promise<Listening> {
  const echo = await listen(createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)))
  const proxy = await createDelayProxy({ targetPort: echo.port, ...options })
  opened.push(echo, proxy)
  return proxy
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

async function roundTripMs(socket: Socket): Promise<number> {
  const startMs = performance.now()
  socket.write('x')
  await once(socket, 'data')
  return performance.now() - startMs
}

/** Sends data and returns whether the same came back, by its hash, and the time that it took. */
async function sendAll(port: number, data: Buffer): Promise<{ isSame: boolean; tookMs: number }> {
  const socket = await connected(port)
  const startMs = performance.now()
  socket.end(data)
  const back = await buffer(socket)
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  return { isSame: hash(back) === hash(data), tookMs: performance.now() - startMs }
}

// A busy machine makes trips longer and never shorter: the lower bound is exact, the upper one is for the fastest.
test.each([20, 50, 100])('an exchange costs %i ms, and the first as much again for the handshake', async (rttMs) => {
  const proxy = await echoThrough({ rttMs })
  // The handshake begins with the attempt: on a busy machine the proxy knows of the connection before we do.
  const startMs = performance.now()
  const socket = await connected(proxy.port)
  await roundTripMs(socket)
  const first = performance.now() - startMs
  const later: number[] = []
  while (later.length < 9) later.push(await roundTripMs(socket))
  socket.destroy()
  later.sort((left, right) => left - right)
  expect(first).toBeGreaterThanOrEqual(2 * rttMs - 1)
  expect(later[0]).toBeGreaterThanOrEqual(rttMs - 1)
  expect(later[0]).toBeLessThan(rttMs + 15)
})

/** The same bytes in every run, without any order of their own. */
function bytesOf(sizeBytes: number): Buffer {
  return createHash('shake256', { outputLength: sizeBytes }).update('delay-proxy').digest()
}

test('no byte is lost and order is kept, in many pieces and both ways', async () => {
  const proxy = await echoThrough({ rttMs: 10 })
  const runs = [1, 1000, 3_000_000].map((sizeBytes) => sendAll(proxy.port, bytesOf(sizeBytes)))
  for (const { isSame } of await Promise.all(runs)) expect(isSame).toBe(true)
})

test('a limited link carries its bytes in no less than their time', async () => {
  const proxy = await echoThrough({ rttMs: 0, bytesPerSecond: 500_000 })
  const { isSame, tookMs } = await sendAll(proxy.port, bytesOf(100_000))
  expect(isSame).toBe(true)
  expect(tookMs).toBeGreaterThanOrEqual(199)
})

test('connections share a limited link', async () => {
  const proxy = await echoThrough({ rttMs: 0, bytesPerSecond: 500_000 })
  const runs = await Promise.all([1, 2].map(() => sendAll(proxy.port, bytesOf(50_000))))
  expect(runs.map(({ isSame }) => isSame)).toEqual([true, true])
  expect(Math.max(...runs.map(({ tookMs }) => tookMs))).toBeGreaterThanOrEqual(199)
})

test('a connection that the server cuts is cut for the client', async () => {
  const cutting = await listen(createServer((socket) => socket.on('data', () => socket.destroy())))
  const proxy = await createDelayProxy({ targetPort: cutting.port, rttMs: 5 })
  opened.push(cutting, proxy)
  const socket = await connected(proxy.port)
  socket.write('x')
  await once(socket.resume(), 'close')
  expect(socket.destroyed).toBe(true)
})
