import { boundsText, headline, liftText } from '../format.ts'
import type { Interval, Verdict } from '../report.ts'

const withMinus = (text: string): string => text.replace(/-(?=\d)/g, '−')

/** A relative difference with a proper minus sign. */
export function liftOf({ lift }: Interval): string {
  return withMinus(liftText(lift))
}

/** The bounds of an interval with proper minus signs. */
export function boundsOf(interval: Interval): string {
  return withMinus(boundsText(interval))
}

/** A verdict's first sentence and what follows it, with numbers that stay on the line of their percent sign. */
export function saidBy(verdict: Verdict): { first: string; rest: string } {
  const { first, rest } = headline(verdict)
  const joined = (text: string): string => text.replace(/(\d) %/g, '$1\u00a0%')
  return { first: joined(first), rest: joined(rest) }
}
