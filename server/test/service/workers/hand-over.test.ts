import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { handOver, type Taker } from '../../../src/service/workers/hand-over.ts'

/** A process that keeps what it is given. */
function createTaker(isThere: () => boolean = () => true): Taker & { sockets: Socket[] } {
  const sockets: Socket[] = []
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  return {
    sockets,
    get load() {
      return sockets.length
    },
    take(_listener, socket) {
      if (!isThere()) return false
      sockets.push(socket)
      return true
    },
  }
}

/** Listens for some processes, and makes connections one after the other. */
async function start(takers: () => Taker[]) {
  const door = await handOver({ listener: 'public', place: { host: '127.0.0.1', port: 0 }, takers })
  onTestFinished(() => door.stop())
  const { port } = door.server.address() as AddressInfo
  return {
    door,
    async open(): Promise<Socket> {
      const accepted = once(door.server, 'connection')
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      await accepted
      return socket
    },
  }
}

test('each connection goes to the process that has the fewest, and equals take turns', async () => {
  const [one, two] = [createTaker(), createTaker()]
  const { open } = await start(() => [one, two])
  for (let count = 0; count < 8; count++) await open()
  expect([one.sockets.length, two.sockets.length]).toEqual([4, 4])
  one.sockets.splice(0).forEach((socket) => socket.destroy())
  for (let count = 0; count < 4; count++) await open()
  expect([one.sockets.length, two.sockets.length]).toEqual([4, 4])
})

test('one that cannot be reached any more is passed over', async () => {
  const [gone, there] = [createTaker(() => false), createTaker()]
  const { open } = await start(() => [gone, there])
  for (let count = 0; count < 3; count++) await open()
  expect([gone.sockets.length, there.sockets.length]).toEqual([0, 3])
})

test('while there is no process connections wait for one, and are closed at the end', async () => {
  const taker = createTaker()
  let takers: Taker[] = []
  const { door, open } = await start(() => takers)
  await open()
  takers = [taker]
  door.flush()
  expect(taker.sockets.length).toBe(1)
  takers = []
  const waiting = await open()
  const closed = once(waiting, 'close')
  door.stop()
  await closed
})
