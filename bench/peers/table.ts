import { quantile } from '../../lab/statistics.ts'

/** Costs of one turn. */
export interface Turn {
  /** CPU time of an answer, in µs. */
  cpuUs: number
  p50Ms: number
  p99Ms: number
  /** Bytes of an answer's body. */
  bytes: number
}

/** One of those that are compared: a server, or a library in a process of its own. */
export interface Contender {
  name: string
  version: string
  place: 'HTTP' | 'in process'
  /** Duties of the service that it does not have. */
  lacks: string
}

/** Returns the number of rounds that was asked for. */
export function roundsOf(value: string): number {
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new Error(`--rounds wants a number from 1 to 999, not ${value}`)
  return Number(value)
}

/** A contender that could not be measured. */
export interface Missing {
  name: string
  cause: string
}

/** A line of the table. */
export interface Row extends Turn, Contender {
  /** Answers of one core in a second. */
  perCoreS: number
  /** CPU time over that of the bare server in the same round. */
  timesBare: number
}

/** Returns a contender's row: the medians of its turns. `bare` are those of the bare server, round for round. */
export function rowOf({ name, version, place, lacks }: Contender, turns: readonly Turn[], bare: readonly Turn[]): Row {
  const median = (values: readonly number[]): number => quantile(values, 0.5)
  const of = (figure: keyof Turn): number => median(turns.map((turn) => turn[figure]))
  const cpuUs = of('cpuUs')
  return {
    name,
    version,
    place,
    lacks,
    perCoreS: 1e6 / cpuUs,
    cpuUs,
    timesBare: median(turns.map((turn, round) => turn.cpuUs / (bare[round]?.cpuUs ?? NaN))),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    bytes: of('bytes'),
  }
}

/** Returns a row as it is printed and stands in `docs/performance.md`. */
export function cellsOf({ perCoreS, cpuUs, timesBare, p50Ms, p99Ms, bytes, ...row }: Row): {
  [column: string]: string
} {
  return {
    '': row.name,
    version: row.version,
    place: row.place,
    'a core-second': String(Math.round(perCoreS)),
    'CPU µs': cpuUs.toFixed(0),
    '× bare': timesBare.toFixed(2),
    'p50 ms': p50Ms.toFixed(2),
    'p99 ms': p99Ms.toFixed(2),
    bytes: bytes.toFixed(0),
  }
}

/** Returns lines as a table of Markdown. */
export function markdownOf(lines: readonly { [column: string]: string }[]): string {
  const columns = Object.keys(lines[0] ?? {})
  const cells = [columns, columns.map((_name, index) => (index < 3 ? '---' : '---:'))]
  for (const line of lines) cells.push(columns.map((column) => line[column] ?? ''))
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n')
}
