import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Share of all connections beyond which idle ones are closed: those who come need them more. */
const CROWDED = 0.75

/** Shortest interval between two such closings, and interval at which unread answers are looked at, in ms. */
const LOOK_EVERY_MS = 1_000

/** Answers of all connections that their clients have not read, in bytes. */
const MAX_UNREAD_BYTES = 16_777_216

/** Bounds of the connections. */
export interface ConnectionsOptions {
  maxConnections: number
  /** Called for each one that there was no room for. */
  onRefused(): void
}

/** Closes those with the largest unread answers, until half of what they may take is left. */
function closeUnread(sockets: ReadonlySet<Socket>): void {
  const unread = [...sockets].filter(({ writableLength }) => writableLength > 0)
  let sizeBytes = unread.reduce((sum, { writableLength }) => sum + writableLength, 0)
  if (sizeBytes <= MAX_UNREAD_BYTES) return
  for (const socket of unread.toSorted((left, right) => right.writableLength - left.writableLength)) {
    if (sizeBytes <= MAX_UNREAD_BYTES / 2) return
    sizeBytes -= socket.writableLength
    socket.destroy()
  }
}

/**
 * Bounds what connections take: their number, and the answers that wait for clients who do not read. Each may hold headers
 * of 16 KB that never end, so that their number times this is memory of the service.
 */
export function boundConnections(server: Server, { maxConnections, onRefused }: ConnectionsOptions): void {
  const sockets = new Set<Socket>()
  let closedMs = -Infinity
  server.maxConnections = maxConnections
  server.on('drop', onRefused)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (sockets.size <= maxConnections * CROWDED || performance.now() < closedMs + LOOK_EVERY_MS) return
    closedMs = performance.now()
    server.closeIdleConnections()
  })
  const looking = setInterval(closeUnread, LOOK_EVERY_MS, sockets).unref()
  server.once('close', () => clearInterval(looking))
}
