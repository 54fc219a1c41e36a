/** Units of a duration, in ms. */
const UNITS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000 }

/** Longest time that a condition on TV looks back or ahead, in ms: airings are kept for a day. */
const MAX_MS = 24 * 3_600_000

/**
 * Reads a duration such as `0s`, `90s`, `5m` or `2h` as ms; undefined if it is none, or longer than a day.
 * @example
 * ```ts
 * tvDurationMs('90s') // 90000
 * tvDurationMs('3d') // undefined
 * ```
 */
export function tvDurationMs(text: unknown): number | undefined {
  const [, number, unit = ''] = typeof text === 'string' ? (/^(0|[1-9]\d{0,4})([smh])$/.exec(text) ?? []) : []
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN)
  return ms <= MAX_MS ? ms : undefined
}
