import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A server that listens on this machine. */
export interface Listening {
  /** Port on which it listens. */
  port: number
  /** Stops listening and cuts what is open: an answer that never comes must not keep a test alive. */
  close(): Promise<void>
}

/** Listens on `port` of a loopback address; 0 takes a free one. */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<Listening> {
  const sockets = new Set<Socket>()
  // TLS servers emit `connection` for the raw socket as well, and that is the one to cut.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
