import type { FastifyInstance } from 'fastify'

/** Longest drain, in ms: containers are killed 10 s after they were asked to end (Docker, Kubernetes allows 30). */
const MAX_DRAIN_MS = 5_000

/**
 * Stops listening and lets requests that are under way end, for at most `drainMs` and 5 s; then cuts what is left. A closing
 * server no longer looks for requests that do not arrive (Node 24, `http.Server.close`), so half a request would keep it
 * open for ever.
 */
export async function closeApp(app: FastifyInstance, drainMs: number): Promise<void> {
  const cut = setTimeout(() => {
    app.server.closeAllConnections()
  }, Math.min(drainMs, MAX_DRAIN_MS))
  await app.close()
  clearTimeout(cut)
}
