import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Connections of each server that another process has accepted; Node counts only those that a server accepts itself. */
const adopted = new WeakMap<Server, number>()

/** Returns how many adopted connections of a server are open. */
export function countAdopted(server: Server): number {
  return adopted.get(server) ?? 0
}

/** Gives a server a connection that another process has accepted; it is treated as one of its own. */
export function adoptConnection(server: Server, socket: Socket): void {
  const count = countAdopted(server)
  if (count >= server.maxConnections) {
    server.emit('drop')
    socket.destroy()
    return
  }
  adopted.set(server, count + 1)
  socket.once('close', () => adopted.set(server, countAdopted(server) - 1))
  // As `node:http` makes its own connections: a client may end its side once it has asked.
  socket.allowHalfOpen = true
  socket.setNoDelay(true)
  server.emit('connection', socket)
}
