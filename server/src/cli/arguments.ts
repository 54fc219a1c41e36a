import { parseArgs } from 'node:util'
import type { Command, CommandOption, CommandValues } from './command.ts'
import { commonOptions } from './help.ts'

/** A command line as a command reads it. */
interface CommandLine {
  values: CommandValues
  positionals: string[]
}

type Options = { readonly [name: string]: CommandOption }

function allOptions({ options }: Pick<Command, 'options'>): Options {
  const old = Object.values(options).flatMap((option) =>
    option.formerly === undefined ? [] : [[option.formerly, option]],
  )
  return { ...(Object.fromEntries(old) as Options), ...options, ...commonOptions }
}

/** Gives what was said by an option's old name to its new one, unless that was said, too; tells each such name. */
function withNewNames(
  given: CommandValues,
  options: Options,
  onOldName: (old: string, name: string) => void,
): CommandValues {
  const values = { ...given }
  for (const [name, { formerly: old }] of Object.entries(options)) {
    if (old === undefined || values[old] === undefined || Object.hasOwn(options, old)) continue
    values[name] ??= values[old]
    values[old] = undefined
    onOldName(old, name)
  }
  return values
}

/**
 * Joins each text option and the argument behind it to `--name=value`, whatever that argument looks like: `parseArgs` refuses
 * `--visitor -abc`, and one base64url token in 64 begins with `-`. This is POSIX's rule for options with a value (Utility
 * Syntax Guidelines, 12.2). An option at the end stays alone, and `parseArgs` says that its value is missing.
 */
function bindValues(args: readonly string[], options: Options): string[] {
  const bound: string[] = []
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] as string
    if (argument === '--') return [...bound, ...args.slice(index)]
    const name = argument.startsWith('--') ? argument.slice(2) : ''
    const takesValue = Object.hasOwn(options, name) && options[name]?.type === 'string'
    const hasValue = takesValue && index + 1 < args.length
    bound.push(hasValue ? `${argument}=${args[++index] as string}` : argument)
  }
  return bound
}

/**
 * Parses what stands behind a command's name. `onOldName` is told of each option that was given by the name that it had in the
 * version before.
 * @throws TypeError with the code `ERR_PARSE_ARGS_…`
 */
export function parseCommandLine(
  args: readonly string[],
  command: Pick<Command, 'options' | 'operands'>,
  onOldName: (old: string, name: string) => void = () => undefined,
): CommandLine {
  const options = allOptions(command)
  const allowPositionals = command.operands !== undefined
  const { values, positionals } = parseArgs({ args: bindValues(args, options), options, allowPositionals })
  return { values: withNewNames(values, command.options, onOldName), positionals }
}

/**
 * Returns true if errors are to be told as JSON, also for a command line that cannot be parsed; false if `--json` is a
 * value there.
 */
export function isJsonAsked(args: readonly string[], command: Pick<Command, 'options'>): boolean {
  const bound = bindValues(args, allOptions(command))
  const end = bound.indexOf('--')
  return bound.slice(0, end === -1 ? bound.length : end).includes('--json')
}
