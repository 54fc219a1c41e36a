import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../lab/network/free-port.ts'
import { listen } from '../../lab/network/listen.ts'
import { createLossyProxy } from '../../lab/network/lossy-proxy.ts'

async function echoBehindProxy(random: () => number) {
  const echo = await listen(
    createServer((socket) => void socket.pipe(socket)),
    await freePort(),
    '127.0.0.2',
  )
  const { port } = echo
  const proxy = await createLossyProxy({ host: '127.0.0.3', target: '127.0.0.2', port, random })
  const socket = connect({ host: '127.0.0.3', port, noDelay: true })
  onTestFinished(async () => {
    socket.destroy()
    await Promise.all([proxy.close(), echo.close()])
  })
  return {
    proxy,
    async roundTripMs(text: string): Promise<number> {
      const sentMs = performance.now()
      socket.write(text)
      expect(String((await once(socket, 'data'))[0])).toBe(text)
      return performance.now() - sentMs
    },
  }
}

test('pieces pass as they are while nothing is lost', async () => {
  const { roundTripMs } = await echoBehindProxy(() => 0)
  expect(await roundTripMs('one')).toBeLessThan(200)
})

test('a piece that is lost comes as late as TCP would send it again, one for each way', async () => {
  const { proxy, roundTripMs } = await echoBehindProxy(() => 0.04)
  proxy.lose(5)
  expect(await roundTripMs('lost')).toBeGreaterThanOrEqual(399)
  proxy.lose(4)
  expect(await roundTripMs('not lost')).toBeLessThan(200)
})
