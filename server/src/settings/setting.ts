/** One setting of a service: what it may be, and where it is set. */
export interface Setting<Value, All> {
  /** Stands for a setting that nobody has made; absent where there is nothing to stand for it. */
  fallback?: Value | ((given: { port: number }) => Value)
  /** Says what is wrong with a value that was given or fell back. */
  check?(value: Value, all: All): string | undefined
  /** Its option on the command line. Absent where that, which every user of the machine can read, is no place for it. */
  option?: string
  /** Its variable in the environment. Absent: it is set by programs alone. */
  variable?: string
  /** Their names in the version before, which are still taken. */
  formerly?: { option: string; variable: string }
  help?: string
  /** Name of the value in the help. Absent: the option is a switch, and the variable `1` or `0`. */
  value?: string
  /** Reads the text of a variable; undefined for text that can be none. */
  read(text: string): Value | undefined
  isList?: true
  /** True: never shown. */
  isSecret?: true
}

/** Text, as it is. */
export const text = { read: (given: string): string => given }

/** A number; NaN for what is none. */
export const number = {
  // `Number('')` is 0, which would be a port.
  read: (given: string): number => (given.trim() === '' ? Number.NaN : Number(given)),
}

/** A number, or `auto`. */
export const numberOrAuto = {
  read: (given: string): number | 'auto' => (given === 'auto' ? given : number.read(given)),
}

function partsOf(given: string): string[] {
  return given.split(',').filter((part) => part !== '')
}

/** Texts, by commas or by an option that comes several times. */
export const list = { read: partsOf, isList: true as const }

/** Names with a value each, `name=value`, by commas. */
export const pairs = {
  read: (given: string): { [name: string]: string } =>
    Object.fromEntries(partsOf(given).map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)])),
}

/** On or off. */
export const onOff = {
  read: (given: string): boolean | undefined => (given === '1' ? true : given === '0' ? false : undefined),
}

/** Says `message` of numbers that are not from `least` to `most`. */
export function within(least: number, most: number, message: string): (value: number | 'auto') => string | undefined {
  return (value) => (value === 'auto' || (value >= least && value <= most) ? undefined : message)
}

/** Says `message` of what does not hold. */
export function unless<Value, All>(
  holds: (value: Value, all: All) => boolean,
  message: string,
): (value: Value, all: All) => string | undefined {
  return (value, all) => (holds(value, all) ? undefined : message)
}
