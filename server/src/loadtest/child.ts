import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A process of ours that has answered. */
export interface Child<Reply> {
  reply: Reply
  /** Ends it; resolves when it has ended. */
  end(): Promise<void>
}

/** This file's own ending: the others are built, or run from the sources, as it is. */
const EXTENSION = extname(import.meta.url)

async function failureOf(child: ChildProcess, name: string): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`${name} ended with ${code === null ? 'a signal' : `code ${code}`}`)
}

/** Name of a process of this folder. */
type ChildName = 'generator-process' | 'service-process'

/**
 * Starts one of the processes of this folder, gives it its order and waits for its one reply. It ends with us.
 * @throws Error when it ends without one; what went wrong stands on standard error.
 */
export async function startChild<Reply>(name: ChildName, order: object, signal?: AbortSignal): Promise<Child<Reply>> {
  const file = fileURLToPath(new URL(`${name}${EXTENSION}`, import.meta.url))
  const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send(order)
  const abort = (): void => child.disconnect()
  signal?.addEventListener('abort', abort)
  const [reply] = (await Promise.race([once(child, 'message'), failureOf(child, name)]).finally(() =>
    signal?.removeEventListener('abort', abort),
  )) as [Reply]
  return {
    reply,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
