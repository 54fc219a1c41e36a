import { parseArgs } from 'node:util'
import { catalogCheck } from './catalog-check.ts'
import { catalogSchema } from './catalog-schema.ts'
import { type Command, type CommandIo, type CommandValues, UsageError } from './command.ts'
import { config } from './config.ts'
import { dev } from './dev.ts'
import { doctor } from './doctor.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { failureOf } from './failure.ts'
import { commandHelp, commonOptions, programHelp } from './help.ts'
import { init } from './init.ts'
import { key } from './key.ts'
import { link } from './link.ts'
import { openapi } from './openapi.ts'
import { loadtest } from './loadtest.ts'
import { migrate } from './migrate.ts'
import { profilesCopy } from './profiles-copy.ts'
import { snippet } from './snippet.ts'
import { start } from './start.ts'

const commands: { readonly [name: string]: Command } = {
  init,
  start,
  dev,
  snippet,
  config,
  key,
  link,
  erase,
  explain,
  doctor,
  openapi,
  migrate,
  'profiles copy': profilesCopy,
  loadtest,
  'catalog check': catalogCheck,
  'catalog schema': catalogSchema,
}

function parse(args: readonly string[], { options, operands }: Command): { values: CommandValues; positionals: string[] } {
  return parseArgs({
    args: [...args],
    options: { ...options, ...commonOptions },
    allowPositionals: operands !== undefined,
  })
}

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
  const { values, positionals } = parse(rest, command)
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
    if (args.includes('--json')) io.stdout.write(`${JSON.stringify({ error: failure })}\n`)
    else io.stderr.write(`prepaint-server: ${failure.message}\n`)
    return exitCode
  }
}
