/** Units of a duration, in ms. */
const UNITS: { readonly [unit: string]: number } = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Shortest and longest time that a feature looks back, in ms. */
const MIN_MS = 60_000
const MAX_MS = 400 * 86_400_000

/** Reads a duration such as `30m`, `12h` or `7d` as ms; undefined if it is none, or not from one minute to 400 days. */
export function durationMs(text: unknown): number | undefined {
  const [, number, unit = ''] = typeof text === 'string' ? (/^([1-9]\d{0,5})([mhd])$/.exec(text) ?? []) : []
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN)
  return ms >= MIN_MS && ms <= MAX_MS ? ms : undefined
}
