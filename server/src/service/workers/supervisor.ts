import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { LogStream } from '../../http/app/app.ts'
import { resolveSettings } from '../../settings/resolve-settings.ts'
import type { ServiceConfig, Settings } from '../../settings/settings.ts'
import { addressOf, type ServiceAddress } from '../address.ts'
import type { Service } from '../service.ts'
import { type HandOver, handOver } from './hand-over.ts'
import type { ProcessRole } from './messages.ts'
import { createMetricsPage } from './metrics-page.ts'
import { startPosts } from './posts.ts'
import { makeSocketFolder } from './socket-folder.ts'
import type { SupervisedProcess } from './supervised-process.ts'

/** Longest time that a process may take to end beyond its drain, in ms; then it is killed. */
const MAX_END_MS = 15_000

/** Interval at which a draining supervisor looks whether any connection is left, in ms. */
const LOOK_EVERY_MS = 10

/** Returns the number of processes that answer; with one, it does everything else, too. */
export function countWorkers(workers: Settings['workers']): number {
  return workers === 'auto' ? availableParallelism() : workers
}

/** Options of a supervisor. */
export interface SupervisorOptions {
  logStream: LogStream
  /** A listening socket that the process was started with. */
  socketFd?: number | undefined
}

/** Has workers end with their next answers, while they still get connections. */
async function drain(workers: readonly SupervisedProcess[], drainMs: number): Promise<void> {
  for (const worker of workers) worker.tell({ type: 'end' })
  const endMs = performance.now() + drainMs
  while (performance.now() < endMs && workers.some(({ load }) => load > 0)) await wait(LOOK_EVERY_MS)
}

/** Waits for processes to end; kills those that do not. */
async function ended(processes: readonly SupervisedProcess[], withinMs: number): Promise<void> {
  const late = setTimeout(() => {
    for (const one of processes) one.kill()
  }, withinMs)
  await Promise.all(processes.map((one) => one.ended))
  clearTimeout(late)
}

/**
 * Runs a service as several processes: one that owns log and profiles, and some that answer. This one holds the listening
 * sockets, hands each connection over, replaces what ends, and has nothing else to do.
 * @throws ConfigError, CatalogError as a service that is one process.
 */
export async function openSupervisor(
  config: ServiceConfig,
  options: SupervisorOptions,
): Promise<Omit<Service, 'caughtUp'>> {
  const { logStream, socketFd } = options
  const settings = resolveSettings(config)
  const { host, port, adminHost, adminPort, drainMs } = settings
  const sockets = await makeSocketFolder(settings.dataDirectory)
  const doors: HandOver[] = []
  let isEnding = false
  let wasReady = false

  const posts = startPosts({
    settings,
    workers: countWorkers(settings.workers),
    sockets,
    logStream,
    onChange: () => onChange(),
    ...createMetricsPage(() => posts.all()),
  })
  const processes = (role: ProcessRole): SupervisedProcess[] =>
    posts.all().flatMap((post) => (post.role === role ? [post.current] : []))
  const takers = (role: ProcessRole) => (): SupervisedProcess[] => processes(role).filter((one) => one.isListening)
  function onChange(): void {
    const isReady = !isEnding && posts.all().every(({ current }) => current.isReady)
    // A new one has not been told yet.
    if (isReady || isReady !== wasReady) for (const { current } of posts.all()) current.tell({ type: 'ready', isReady })
    wasReady = isReady
    for (const door of doors) door.flush()
  }

  async function close(): Promise<void> {
    isEnding = true
    posts.stop()
    onChange()
    const [admin, open] = doors
    const workers = processes('worker')
    await drain(workers, drainMs)
    open?.stop()
    for (const worker of workers) worker.end()
    await ended(workers, drainMs + MAX_END_MS)
    // Whatever they have handed to it is in the log before it ends.
    const owners = processes('owner')
    for (const owner of owners) owner.end()
    await ended(owners, MAX_END_MS)
    admin?.stop()
    await sockets.close()
  }

  try {
    await posts.started()
    await sockets.sweep()
  } catch (error) {
    await close()
    throw error
  }

  let address: ServiceAddress | undefined
  let adminAddress: ServiceAddress | undefined
  return {
    get address() {
      return address
    },
    get adminAddress() {
      return adminAddress
    },
    async listen() {
      const admin = await handOver({
        listener: 'admin',
        place: { host: adminHost, port: adminPort },
        takers: takers('owner'),
      })
      doors.push(admin)
      adminAddress = addressOf(admin.server)
      const open = await handOver({ listener: 'public', place: { host, port, socketFd }, takers: takers('worker') })
      doors.push(open)
      address = addressOf(open.server)
      return address as ServiceAddress
    },
    close,
  }
}
