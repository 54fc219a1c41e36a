import { isJsonAsked, parseCommandLine } from './arguments.ts'
import { type Command, type CommandIo, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { failureOf } from './failure.ts'
import { commandHelp, programHelp } from './help.ts'

/** A command's name is one word or two. */
function find(args: readonly string[]): { name: string; command: Command; rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ')
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command) return { name, command, rest: args.slice(words) }
  }
  return undefined
}

async function dispatch(args: readonly string[], io: CommandIo): Promise<number | void> {
  const [first = '--help'] = args
  if (first === '--help') return void io.stdout.write(programHelp(commands))
  const found = find(args)
  if (!found) throw new UsageError(`unknown command ${first}; there are ${Object.keys(commands).join(', ')}`)
  const { name, command, rest } = found
  const { values, positionals } = parseCommandLine(rest, command)
  if (values['help'] === true) return void io.stdout.write(commandHelp(name, command))
  return command.run(values, io, positionals)
}

function fromProcess(): CommandIo {
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  return { stdout: process.stdout, stderr: process.stderr, env: process.env, ended }
}

/** Runs one command; resolves with the exit code. */
export async function main(args: readonly string[], io: CommandIo = fromProcess()): Promise<number> {
  try {
    return (await dispatch(args, io)) ?? 0
  } catch (error) {
    const { exitCode, ...failure } = failureOf(error)
    const found = find(args)
    if (found ? isJsonAsked(found.rest, found.command) : args.includes('--json')) io.stdout.write(`${JSON.stringify({ error: failure })}\n`)
    else io.stderr.write(`prepaint-server: ${failure.message}\n`)
    return exitCode
  }
}
