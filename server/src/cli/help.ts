import type { Command, CommandOption } from './command.ts'
import type { CommandEntry } from './commands.ts'

function line([name, { short, value, help }]: [string, CommandOption]): string {
  const names = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
  return `  ${names.padEnd(26)} ${help}`
}

/** Options of all commands. */
export const commonOptions = {
  json: { type: 'boolean', help: 'answer with JSON on standard output' },
  help: { type: 'boolean', help: 'show this' },
} satisfies { [name: string]: CommandOption }

/** The help of the program. */
export function programHelp(commands: { readonly [name: string]: Pick<CommandEntry, 'summary'> }): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  return ['prepaint-server <command> [options]', '', ...lines, '', 'Each has --help and --json.', ''].join('\n')
}

/** The help of one command. */
export function commandHelp(name: string, summary: string, { operands, options }: Command): string {
  const lines = Object.entries({ ...options, ...commonOptions }).map(line)
  const usage = operands === undefined ? name : `${name} ${operands}`
  return [`prepaint-server ${usage}: ${summary}`, '', ...lines, ''].join('\n')
}
