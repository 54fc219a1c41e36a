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
