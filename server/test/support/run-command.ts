import { main } from '../../src/cli/main.ts'

/** Exit code and output of a command. */
export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command to its end in this process; what it needs of one is given. */
export async function runCommand(args: readonly string[], env: { [name: string]: string } = {}): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const code = await main(args, {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    env,
    ended: new Promise(() => undefined),
  })
  return { code, ...said }
}

/** A command that runs in this process until it is asked to end. */
export interface RunningCommand {
  /** All that it has said so far. */
  said: { stdout: string; stderr: string }
  /** Asks it to end, as SIGINT does; resolves with its exit code. */
  end(): Promise<number>
}

/** Starts a command. */
export function startCommand(args: readonly string[], env: { [name: string]: string } = {}): RunningCommand {
  const said = { stdout: '', stderr: '' }
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const done = main(args, {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    env,
    ended,
  })
  return {
    said,
    end() {
      resolve()
      return done
    },
  }
}
