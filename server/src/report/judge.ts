import { LEAST_CARRIERS } from '../statistics/enough.ts'
import { FIRST_DAYS, type Measured } from './comparisons.ts'
import type { Doubt, RatioTest, Verdict } from './report.ts'
import { countText, daysText, dayText, gainText, percentText, rangeText } from './words.ts'

/** Reason for giving no verdict, whatever the numbers say. */
export interface Withheld {
  doubt: Doubt
  /** A sentence: the fact, and where to look. */
  because: string
}

/** Names and numbers that a verdict is made of. */
export interface Judged {
  /** The variant, or personalisation as a whole, as a reader calls it. */
  subject: string
  /** The other one. */
  against: string
  /** The goal's name. */
  goal: string
  measured: Measured
}

/** The doubt of a failed sample-ratio test. */
export function ratioDoubt({ variants, p, fromMs }: RatioTest): Withheld {
  const counts = variants.map(
    ({ id, counted, expected }) => `${countText(counted)} in ${id} (expected: ${countText(Math.round(expected))})`,
  )
  const chance = p < 0.0001 ? 'in fewer than 1 of 10,000 cases' : `in ${percentText(p)} % of cases`
  return {
    doubt: 'ratio',
    because: `since ${dayText(fromMs)} the groups are not as large as the shares want: ${counts.join(', ')}. By chance that happens ${chance}. Look at what keeps the pages of one variant from reporting: a redirect, an error, a filter of bots.`,
  }
}

/** The doubt of a variant that came late more often than the other. */
export function deliveryDoubt(variant: string, against: string, difference: number): Withheld {
  const [worse, better] = difference > 0 ? [variant, against] : [against, variant]
  return {
    doubt: 'delivery',
    because: `${worse} came late or failed for ${percentText(difference)} % more of the visitors than ${better}: they have not seen the page that they are counted for. Look at its pictures, and at the marks pp:late and pp:failed in the browser.`,
  }
}

function outlook(days: number | undefined): string {
  return days === undefined ? '' : `: ${daysText(days)} at this rate`
}

/** Gives the verdict on one comparison. */
export function judge({ subject, against, goal, measured }: Judged, withheld?: Withheld): Verdict {
  const { interval, isEnough, metric, daysLeft } = measured
  const left = daysLeft === undefined ? {} : { daysLeft }
  if (withheld) return { kind: 'no_verdict', doubt: withheld.doubt, sentence: `No verdict: ${withheld.because}` }
  if (!interval || !isEnough)
    return {
      kind: 'no_verdict',
      doubt: 'too_few',
      sentence: `Too early to say${outlook(daysLeft)}. A verdict needs ${FIRST_DAYS} days, and in each group ${LEAST_CARRIERS} visitors who have reached ${goal}; more if their values differ much.`,
      ...left,
    }
  if (interval.low > 0 || interval.high < 0) {
    const gain = gainText(interval)
    const said = metric === 'per_visitor' ? `earns ${gain}` : `brings ${gain} visitors to ${goal}`
    return { kind: interval.low > 0 ? 'better' : 'worse', sentence: `${subject} ${said} than ${against}.` }
  }
  const soFar = `So far ${subject} may do anything ${rangeText(interval)} than ${against}.`
  const when = daysLeft === undefined ? ', and at this rate no difference would show within a year' : outlook(daysLeft)
  return { kind: 'no_verdict', doubt: 'early', sentence: `Too early to say${when}. ${soFar}`, ...left }
}
