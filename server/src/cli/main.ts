import { isJsonAsked, parseCommandLine } from './arguments.ts'
import { type CommandIo, UsageError } from './command.ts'
import { type CommandEntry, commands } from './commands.ts'
import { failureOf } from './failure.ts'
import { commandHelp, programHelp } from './help.ts'

/** A command's name is one word or two. */
function find(args: readonly string[]): { name: string; entry: CommandEntry; rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ')
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (entry) return { name, entry, rest: args.slice(words) }
  }
  return undefined
}

async function dispatch(args: readonly string[], io: CommandIo): Promise<number | void> {
  const [first = '--help'] = args
  if (first === '--help') return void io.stdout.write(programHelp(commands))
  const found = find(args)
  if (!found) throw new UsageError(`unknown command ${first}; there are ${Object.keys(commands).join(', ')}`)
  const { name, entry, rest } = found
  const command = await entry.load()
  const { values, positionals } = parseCommandLine(rest, command, (old, name) => {
    io.stderr.write(`prepaint-server: --${old} is called --${name} now; the next version will not take the old name\n`)
  })
  if (values['help'] === true) return void io.stdout.write(commandHelp(name, entry.summary, command))
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
    const isJson = found ? isJsonAsked(found.rest, await found.entry.load()) : args.includes('--json')
    if (isJson) io.stdout.write(`${JSON.stringify({ error: failure })}\n`)
    else io.stderr.write(`prepaint-server: ${failure.message}\n`)
    return exitCode
  }
}
