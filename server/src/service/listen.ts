import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'

/** The first descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_FD = 3

/** The listening socket that this process was started with; undefined when it was started with none. */
export function givenSocket(env: { readonly [name: string]: string | undefined }, pid: number): number | undefined {
  return Number(env['LISTEN_FDS']) >= 1 && env['LISTEN_PID'] === String(pid) ? FIRST_FD : undefined
}

/** Address to listen at: a port, or a socket that outlives the process. */
export interface ListenOptions {
  host: string
  port: number
  socketFd?: number | undefined
}

/**
 * Begins to listen. A socket that somebody else holds keeps those who connect waiting while no process listens; a port
 * refuses them.
 */
export async function listen(app: FastifyInstance, { host, port, socketFd }: ListenOptions): Promise<void> {
  if (socketFd === undefined) return void (await app.listen({ host, port }))
  await app.ready()
  app.server.listen({ fd: socketFd })
  await once(app.server, 'listening')
}
