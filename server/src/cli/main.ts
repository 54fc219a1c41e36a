import { parseArgs } from 'node:util'
import { type Command, type CommandIo, type CommandValues, UsageError } from './command.ts'
import { dev } from './dev.ts'
import { failureOf } from './failure.ts'
import { commandHelp, commonOptions, programHelp } from './help.ts'
import { snippet } from './snippet.ts'
import { start } from './start.ts'

const commands: { readonly [name: string]: Command } = { start, dev, snippet }

function parse(args: readonly string[], { options }: Command): CommandValues {
  return parseArgs({ args: [...args], options: { ...options, ...commonOptions }, allowPositionals: false }).values
}

async function dispatch(args: readonly string[], io: CommandIo): Promise<void> {
  const [name = '--help', ...rest] = args
  if (name === '--help') return void io.stdout.write(programHelp(commands))
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`unknown command ${name}; there are ${Object.keys(commands).join(', ')}`)
  const values = parse(rest, command)
  if (values['help'] === true) return void io.stdout.write(commandHelp(name, command))
  await command.run(values, io)
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
    await dispatch(args, io)
    return 0
  } catch (error) {
    const { exitCode, ...failure } = failureOf(error)
    if (args.includes('--json')) io.stdout.write(`${JSON.stringify({ error: failure })}\n`)
    else io.stderr.write(`prepaint-server: ${failure.message}\n`)
    return exitCode
  }
}
