import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { BrowserError } from './browser-error.ts'

/** A program that we started. */
export interface Child {
  process: ChildProcess
  /** Ends it and everything that it started, and returns when it has ended. */
  end(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Ends a child's whole process group, which `detached` made: WebKitWebDriver's browser outlives its driver. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group has ended already.
  }
}

function endAll(): void {
  running.forEach(endGroup)
}

/** A detached group does not get the terminal's Ctrl-C: we hear it, end the children, and then die of it. */
function endOnSignal(signal: NodeJS.Signals): void {
  endAll()
  process.kill(process.pid, signal)
}

function listenOnce(): void {
  if (process.listeners('exit').includes(endAll)) return
  process.once('exit', endAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, endOnSignal)
}

/**
 * Takes charge of a process that leads a group of its own: its group ends with it and with us, however we end
 * (SIGKILL excepted).
 */
export function adopt(child: ChildProcess): Child {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  listenOnce()
  running.add(child)
  child.once('exit', () => {
    running.delete(child)
    endGroup(child)
  })
  return {
    process: child,
    async end() {
      if (!running.has(child)) return
      endGroup(child)
      await ended
    },
  }
}

/** Starts a program in a process group of its own and takes charge of it. */
export async function startChild(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; stdio?: StdioOptions } = {},
): Promise<Child> {
  const child = spawn(command, args, { stdio: 'ignore', ...options, detached: true })
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new BrowserError('launch_failed', `${command} did not start: ${String(cause)}`)
  }
  return adopt(child)
}
