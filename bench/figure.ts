/** One measured figure and what it must reach. */
export interface Figure {
  name: string
  value: number
  unit:
    | 'B'
    | 'MB'
    | 'ms'
    | 'µs'
    | '%'
    | 'requests'
    | 'req/s'
    | 'events/s'
    | 'frames'
    | 'inputs'
    | 'exceptions'
    | 'warnings'
    | 'elements'
    | 'shift'
    | '×'
  /** The worst value that is good enough. */
  limit: number
  /** True when a larger value is better. */
  isFloor?: true
  /** Reason why it counts as missed whatever its value is: the measurement was not valid. */
  flaw?: string
}

/** Measures figures that belong together; says what it is doing while it does. */
export interface Measurement {
  title: string
  /** Prefixes of its figures' names. */
  families: readonly string[]
  measure(): Promise<Figure[]>
}

/** Returns true if some of a measurement's figures have a name that begins with `prefix`. */
export function concerns({ families }: Measurement, prefix: string): boolean {
  return families.some((family) => family.startsWith(prefix) || prefix.startsWith(family))
}

/** Returns true if a figure reaches its limit. */
export function isMet({ value, limit, isFloor, flaw }: Figure): boolean {
  if (flaw !== undefined) return false
  return isFloor ? value >= limit : value <= limit
}
