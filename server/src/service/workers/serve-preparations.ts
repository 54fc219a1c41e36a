import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Prepare, requestOf } from '../../catalog/aside-process.ts'

async function answer(socket: Socket, prepare: Prepare): Promise<void> {
  for await (const chunk of prepare(requestOf(await buffer(socket)))) {
    if (socket.destroyed) return
    // One that has gone is heard of by its close.
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
  socket.end()
}

/** Prepares catalogs for the workers; returns its end. */
export async function servePreparations(path: string, prepare: Prepare): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    // Without the end of an answer a worker prepares the catalog itself.
    answer(socket, prepare).catch(() => socket.destroy())
  })
  // One that was killed leaves its name behind.
  await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}
