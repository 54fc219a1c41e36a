import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join, relative } from 'node:path'
import { ConfigError } from '../../settings/resolve-settings.ts'
import { isAlive, MAX_SOCKET_PATH } from '../data-directory.ts'
import type { ProcessRole, SocketPaths } from './messages.ts'

/** Folders begin so, beside the log in the data directory. */
const PREFIX = 'sockets-'

/** Name of the socket that says that its supervisor lives. */
const ALIVE = 'alive.sock'

/** Longest name of a socket: that of the control channel, or of the thousandth worker. */
const LONGEST_NAME = 'worker-1000.sock'

/** Age from which on a folder may be one that a dead supervisor has left, in ms: a younger one may not be finished. */
const MIN_AGE_MS = 60_000

/** Unix sockets of the processes of one supervisor. */
export interface SocketFolder {
  /** Returns those that a process is told. */
  paths(role: ProcessRole, name: string): SocketPaths
  /** Removes the folders of supervisors that have been killed. */
  sweep(): Promise<void>
  close(): Promise<void>
}

async function sweep(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(dataDirectory, name)
    const age = Date.now() - (await stat(path)).mtimeMs
    if (age > MIN_AGE_MS && !(await isAlive(join(path, ALIVE)))) await rm(path, { recursive: true })
  }
}

/**
 * Makes a folder of its own in the data directory: a supervisor that waits for another one to end has its sockets beside it.
 * @throws ConfigError when the path is too long for sockets.
 */
export async function makeSocketFolder(dataDirectory: string): Promise<SocketFolder> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const made = await mkdtemp(join(dataDirectory, PREFIX))
  const [folder = made] = [made, relative(process.cwd(), made)].sort((a, b) => a.length - b.length)
  if (Buffer.byteLength(join(folder, LONGEST_NAME)) > MAX_SOCKET_PATH) {
    await rm(made, { recursive: true })
    throw new ConfigError(`${dataDirectory}: shorten this path`)
  }
  const alive = await new Promise<Server>((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()).once('error', reject)
    server.listen(join(folder, ALIVE), () => resolve(server.unref()))
  })
  const pathOf = (name: string): string => join(folder, `${name}.sock`)
  return {
    paths: (role, name) => ({
      owner: pathOf('owner'),
      control: pathOf('control'),
      catalogs: pathOf('catalogs'),
      own: pathOf(role === 'owner' ? 'owner' : name),
    }),
    sweep: () => sweep(dataDirectory),
    async close() {
      alive.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
