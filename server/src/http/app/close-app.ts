import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { countAdopted } from './adopted.ts'

/** Longest wait for requests under way, in ms: containers are killed 10 s after they were asked to end (Docker). */
const MAX_WAIT_MS = 5_000

/** Interval at which a draining server looks whether any connection is left, in ms. */
const LOOK_EVERY_MS = 10

/** Options for ending an app. */
export interface CloseOptions {
  /** Time for which it still takes connections, and waits for one more request on the open ones, in ms. */
  drainMs: number
  /** Longest time in which a whole request must have arrived, in ms. */
  requestTimeoutMs: number
  /** True when no more connections are handed over by another process. Default: none are. */
  isSettled?: (() => boolean) | undefined
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.getConnections((error, count) => resolve((error ? 0 : count) + countAdopted(server))),
  )
}

/**
 * From now on each connection ends with its next answer. A kept-alive one that is closed while nothing is under way may
 * have a request on its way already, which would be lost (RFC 9112, 9.5): it gets time to bring it.
 */
async function drain(server: Server, { drainMs, isSettled = () => true }: CloseOptions): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false
  })
  const endMs = performance.now() + drainMs
  while (!isSettled() || (performance.now() < endMs && (await countConnections(server)) > 0)) await wait(LOOK_EVERY_MS)
}

/**
 * Drains, stops listening and lets requests that are under way end, for at most `requestTimeoutMs` and 5 s; then cuts
 * what is left. A closing server no longer looks for requests that do not arrive (Node 24, `http.Server.close`), so half
 * a request would keep it open for ever.
 */
export async function closeApp(app: FastifyInstance, options: CloseOptions): Promise<void> {
  await drain(app.server, options)
  const cut = setTimeout(
    () => {
      app.server.closeAllConnections()
    },
    Math.min(options.requestTimeoutMs, MAX_WAIT_MS),
  )
  await app.close()
  // Node's own end waits for the others alone.
  while (countAdopted(app.server) > 0) await wait(LOOK_EVERY_MS)
  clearTimeout(cut)
}
