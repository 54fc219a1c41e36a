import { connect, createServer, type Socket } from 'node:net'
import { createDelayLine } from './delay-line.ts'
import { listen, type Listening } from './listen.ts'

/** Connection between a browser and a server. */
export interface DelayProxyOptions {
  /** Port of the server on 127.0.0.1. */
  targetPort: number
  /** Round-trip time in ms: half of it each way, and one whole for the TCP handshake. 0 forwards at once. */
  rttMs: number
  /** Capacity of each direction, shared by all connections; unlimited by default. */
  bytesPerSecond?: number
}

/** The capacity of one direction: says when a number of bytes handed over now will have left. */
type Link = (sizeBytes: number, fromMs: number) => number

/** Pieces of the size of a TCP segment, so that connections share a link fairly. */
const SEGMENT_BYTES = 1460
/** Bytes of one connection on the way, as a receive window limits them; beyond it the sender waits. */
const WINDOW_BYTES = 65_536

function createLink(bytesPerSecond: number): Link {
  let freeMs = 0
  return (sizeBytes, fromMs) => {
    freeMs = Math.max(freeMs, fromMs) + (sizeBytes / bytesPerSecond) * 1000
    return freeMs
  }
}

function segments(chunk: Buffer, isLimited: boolean): Buffer[] {
  if (!isLimited) return [chunk]
  const count = Math.ceil(chunk.length / SEGMENT_BYTES)
  return Array.from({ length: count }, (_, index) => chunk.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES))
}

/** Carries one direction of a connection; nothing leaves before `openMs`. */
function carry(from: Socket, to: Socket, path: { delayMs: number; openMs: number; link?: Link | undefined }): void {
  const line = createDelayLine()
  let waitingBytes = 0
  let isEnded = false

  function send(piece: Buffer): void {
    const sentMs = Math.max(performance.now(), path.openMs)
    const leftMs = path.link ? path.link(piece.length, sentMs) : sentMs
    waitingBytes += piece.length
    line.put(leftMs + path.delayMs, () => {
      waitingBytes -= piece.length
      to.write(piece)
      if (waitingBytes < WINDOW_BYTES) from.resume()
    })
  }

  from.on('data', (chunk: Buffer) => {
    segments(chunk, path.link !== undefined).forEach(send)
    if (path.link && waitingBytes >= WINDOW_BYTES) from.pause()
  })
  from.on('end', () => {
    line.put(performance.now() + path.delayMs, () => {
      isEnded = true
      to.end()
    })
  })
  // A reset overtakes what is on the way, as it does in a network.
  from.on('error', () => to.destroy())
  to.on('close', () => {
    // After an orderly end the other direction may still have bytes on the way.
    if (isEnded) return
    line.stop()
    from.destroy()
  })
}

/**
 * A TCP proxy that costs time like a distance. The kernel accepts a connection at once, so the handshake's round trip
 * is added to the first bytes that the client sends: a new connection costs `rttMs` more than an open one.
 */
export function createDelayProxy(options: DelayProxyOptions): Promise<Listening> {
  const { targetPort, rttMs, bytesPerSecond } = options
  const up = bytesPerSecond ? createLink(bytesPerSecond) : undefined
  const down = bytesPerSecond ? createLink(bytesPerSecond) : undefined
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const openMs = performance.now() + rttMs
    carry(client, target, { delayMs: rttMs / 2, openMs, link: up })
    carry(target, client, { delayMs: rttMs / 2, openMs: 0, link: down })
  })
  return listen(server)
}
