/** One option of a command, for `node:util` parseArgs and for the help. */
export interface CommandOption {
  type: 'string' | 'boolean'
  multiple?: boolean
  /** One letter that stands for it, such as `f` of `-f`. */
  short?: string
  /** Name of the value in the help, such as `FILE`. */
  value?: string
  help: string
  /** The option's name in the version before: still taken, with a warning, and not in the help. */
  formerly?: string
}

/** Options as given on the command line, by name. */
export interface CommandValues {
  [option: string]: string | boolean | (string | boolean)[] | undefined
}

/** The part of its process that a command may touch. */
export interface CommandIo {
  /** `on` tells of room and of errors; absent where neither comes. */
  stdout: {
    write(text: string): unknown
    on?(event: 'drain' | 'error', listener: () => void): unknown
    isTTY?: boolean
    /** Characters of a line on a terminal. */
    columns?: number
  }
  /** `isTTY`: somebody is looking at it. */
  stderr: { write(text: string): unknown; isTTY?: boolean }
  env: { readonly [name: string]: string | undefined }
  /** Resolves when the process is asked to end. */
  ended: Promise<void>
}

/** One command. */
export interface Command {
  /** Name of the operands in the help, such as `FILE…`; absent if the command takes none. */
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
