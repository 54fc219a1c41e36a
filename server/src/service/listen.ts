import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'

/** The first descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_FD = 3

/** The listening socket that this process was started with; undefined when it was started with none. */
export function givenSocket(env: { readonly [name: string]: string | undefined }, pid: number): number | undefined {
  return Number(env['LISTEN_FDS']) >= 1 && env['LISTEN_PID'] === String(pid) ? FIRST_FD : undefined
}

/** Place to listen at: a port, a socket that outlives the process, or the path of a Unix socket. */
export type ListenOptions = { host: string; port: number; socketFd?: number | undefined } | { path: string }

/** Makes the place what `net.Server` takes. */
export function placeOf(options: ListenOptions): { path: string } | { fd: number } | { host: string; port: number } {
  if ('path' in options) return options
  const { host, port, socketFd } = options
  return socketFd === undefined ? { host, port } : { fd: socketFd }
}

/**
 * Begins to listen. A socket that somebody else holds keeps those who connect waiting while no process listens; a port
 * refuses them.
 */
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<void> {
  const place = placeOf(options)
  if ('port' in place) return void (await app.listen(place))
  await app.ready()
  app.server.listen(place)
  await once(app.server, 'listening')
}
