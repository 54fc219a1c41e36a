import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ConfigError } from '../settings/resolve-settings.ts'

/** Longest path of a Unix socket, in bytes (macOS: 104 with the final NUL; Linux: 108). */
export const MAX_SOCKET_PATH = 103

/** Tries before giving up; each but the first needs another claimant that came in between. */
const MAX_TRIES = 20

/** Interval at which a waiting claim is tried again, in ms. */
const TRY_EVERY_MS = 10

const CLAIM = /^lock\.(\d+)$/

/** Another service has the directory. */
class DirectoryTakenError extends ConfigError {}

function socketPath(directory: string, name: string): string {
  const path = join(directory, name)
  const shortest = [path, relative(process.cwd(), path)].sort((a, b) => a.length - b.length)[0] as string
  if (Buffer.byteLength(shortest) > MAX_SOCKET_PATH) throw new ConfigError(`${directory}: shorten this path`)
  return shortest
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(path, () => resolve(server.unref()))
  })
}

/** False when nobody listens any more: a socket whose process has died refuses. Any other error proves no death. */
export function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'))
  })
}

/** The number of the latest claim; 0 before the first. */
async function latestClaim(directory: string): Promise<number> {
  const names = await readdir(directory)
  return Math.max(0, ...names.map((name) => Number(CLAIM.exec(name)?.[1] ?? 0)))
}

/** False when the name is taken, or when the winner has already swept the socket away. */
async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** Removes what earlier claimants have left behind. */
async function removeLeftovers(directory: string, own: string): Promise<void> {
  const left = (await readdir(directory)).filter((name) => /^lock\b/.test(name) && name !== own)
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })))
}

/**
 * Gives the listening socket `name` the number behind the latest claim, if that one's process has died. The latest
 * number is never removed, not even at the end, so numbers only grow: whoever takes a number that has been taken and
 * swept before sees a later one, and gives it back. A single name would have to be freed before it can be taken, and
 * between a look and the removal its owner can change.
 */
async function claim(directory: string, name: string): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const latest = await latestClaim(directory)
    if (latest > 0 && (await isAlive(socketPath(directory, `lock.${latest}`)))) break
    const own = `lock.${latest + 1}`
    if (!(await isLinked(join(directory, name), join(directory, own)))) continue
    if ((await latestClaim(directory)) === latest + 1) return removeLeftovers(directory, own)
    await rm(join(directory, own), { force: true })
  }
  throw new DirectoryTakenError(`another service uses ${directory}: stop it or choose other --data`)
}

/** True when a service uses the directory. */
export async function isClaimed(directory: string): Promise<boolean> {
  const latest = await latestClaim(directory)
  return latest > 0 && (await isAlive(socketPath(directory, `lock.${latest}`)))
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

async function claimOnce(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const name = `lock-${randomBytes(4).toString('hex')}`
  // It listens before it claims: a claim that can be seen is alive.
  const server = await listen(socketPath(directory, name))
  try {
    await claim(directory, name)
  } catch (error) {
    await close(server)
    throw error
  }
  return () => close(server)
}

/** Longest wait of a claim. */
export interface ClaimOptions {
  /** For another service to end, in ms. Default 0: it tries once. */
  waitMs?: number
  /** Called once if it has to wait. */
  onWait?(): void
}

/**
 * Makes the data directory and claims it for this service: two that write one log would destroy it. The claim is a
 * socket, which the kernel gives up with its process, however that ends. Returns its release.
 * @throws ConfigError when another service has it, still after `waitMs`.
 */
export async function claimDataDirectory(directory: string, options: ClaimOptions = {}): Promise<() => Promise<void>> {
  const { waitMs = 0, onWait } = options
  const endMs = performance.now() + waitMs
  for (let tries = 0; ; tries++) {
    try {
      return await claimOnce(directory)
    } catch (error) {
      if (!(error instanceof DirectoryTakenError) || performance.now() >= endMs) throw error
      if (tries === 0) onWait?.()
      await wait(TRY_EVERY_MS)
    }
  }
}
