import { boundsText, liftText } from '../format.ts'
import type { Interval } from '../report.ts'

const withMinus = (text: string): string => text.replace(/-(?=\d)/g, '−')

/** A relative difference with a proper minus sign. */
export function liftOf({ lift }: Interval): string {
  return withMinus(liftText(lift))
}

/** The bounds of an interval with proper minus signs. */
export function boundsOf(interval: Interval): string {
  return withMinus(boundsText(interval))
}
