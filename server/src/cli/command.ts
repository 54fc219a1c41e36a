/** One option of a command, for `node:util` parseArgs and for the help. */
export interface CommandOption {
  type: 'string' | 'boolean'
  multiple?: boolean
  /** What stands for the value in the help, such as `FILE`. */
  value?: string
  help: string
  /** The option's name in the version before: still taken, with a warning, and not in the help. */
  formerly?: string
}

/** What was given on the command line, by option. */
export interface CommandValues {
  [option: string]: string | boolean | (string | boolean)[] | undefined
}

/** What a command may touch of its process. */
export interface CommandIo {
  stdout: { write(text: string): unknown }
  /** `isTTY`: somebody is looking at it. */
  stderr: { write(text: string): unknown; isTTY?: boolean }
  env: { readonly [name: string]: string | undefined }
  /** Resolves when the process is asked to end. */
  ended: Promise<void>
}

/** One command. */
export interface Command {
  /** What stands for its operands in the help, such as `FILE…`; absent when it takes none. */
  operands?: string
  options: { [name: string]: CommandOption }
  /** Resolves with the exit code; nothing stands for 0. */
  run(values: CommandValues, io: CommandIo, operands: readonly string[]): Promise<number | void>
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The last value given for a text option; undefined when there is none. */
export function textOf(values: CommandValues, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}
