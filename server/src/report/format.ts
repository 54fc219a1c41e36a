import type { GoalReport, Interval, Verdict } from './report.ts'

/** Formats a share with as many decimals as tell 1,000 apart from 1,010: 4.45 %, 31.2 %. */
export function shareText(share: number): string {
  const percent = 100 * share
  if (percent === 0) return '0 %'
  return `${percent.toFixed(Math.abs(percent) < 10 ? 2 : 1)} %`
}

/** Number of percent with its sign: +11.2, -3, 0. */
function signedPercent(share: number): string {
  const percent = 100 * share
  const text = Math.abs(percent) < 10 ? percent.toFixed(1) : percent.toFixed(0)
  return Number(text) > 0 ? `+${text}` : text.replace(/^-(0(\.0)?)$/, '$1')
}

/** Formats a relative difference: +11.2 %. */
export function liftText(lift: number): string {
  return `${signedPercent(lift)} %`
}

/** Formats the bounds of an interval: +4.1 to +18 %. */
export function boundsText({ low, high }: Interval): string {
  return `${signedPercent(low)} to ${signedPercent(high)} %`
}

/** Formats a goal's value, or the number of its occurrences. */
export function valueText(value: number, { currency }: GoalReport): string {
  const text = value.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return currency === undefined ? text : `${text} ${currency}`
}

/** Formats a probability: two digits that count. */
export function pText(p: number): string {
  if (p < 0.0001) return '< 0.0001'
  return p >= 0.995 ? '1.0' : p.toPrecision(2).replace(/e-.*$/, '')
}

/** Splits a verdict's first sentence from what follows it. */
export function headline({ sentence }: Verdict): { first: string; rest: string } {
  const end = sentence.search(/[.!?] /)
  return end < 0
    ? { first: sentence, rest: '' }
    : { first: sentence.slice(0, end + 1), rest: sentence.slice(end + 2).trim() }
}

/** Tone of a verdict: `calm` waits for more visitors or a setting, `withheld` says that the numbers cannot be trusted. */
export type Tone = 'better' | 'worse' | 'calm' | 'withheld'

/** Tells the tone of a verdict. */
export function toneOf({ kind, doubt }: Verdict): Tone {
  if (kind !== 'no_verdict') return kind
  const isFlaw = doubt === 'ratio' || doubt === 'unconfirmed' || doubt === 'delivery' || doubt === 'value_flaws'
  return isFlaw ? 'withheld' : 'calm'
}

/** Names a verdict in two or three words. */
export function verdictLabel(verdict: Verdict): string {
  const { kind, doubt } = verdict
  if (kind === 'better') return 'Better'
  if (kind === 'worse') return 'Worse'
  if (toneOf(verdict) === 'withheld') return 'Verdict withheld'
  if (doubt === 'no_goal') return 'No goal'
  return doubt === 'no_control' ? 'Nothing to compare with' : 'Too early to say'
}
