import type { Cohort } from '../tally/tallies.ts'
import { FIRST_DAYS, type Measured } from './comparisons.ts'
import type { Doubt, RatioTest, Verdict } from './report.ts'
import { countText, daysText, dayText, gainText, percentText, rangeText } from './words.ts'

/** Farther ahead nobody plans. */
const MOST_DAYS = 365

/** Least number of visitors in each group whose time for the goal is over: the intervals hold for large groups. */
export const LEAST_VISITORS = 100

/** Least number of visitors of both groups together who have reached the goal. */
export const LEAST_CONVERTED = 25

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
  /** Days until both groups have enough visitors; undefined if that cannot be foreseen. */
  daysUntilEnough: number | undefined
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

function isEnough({ closed: { variant, against } }: Measured): boolean {
  const fewest = Math.min(variant.visitors, against.visitors)
  return fewest >= LEAST_VISITORS && variant.converted + against.converted >= LEAST_CONVERTED
}

function outlook(days: number | undefined): string {
  return days === undefined ? '' : `: ${daysText(days)} at this rate`
}

/** Gives the verdict on one comparison. */
export function judge({ subject, against, goal, measured, daysUntilEnough }: Judged, withheld?: Withheld): Verdict {
  const { interval, metric, daysLeft } = measured
  if (withheld) return { kind: 'no_verdict', doubt: withheld.doubt, sentence: `No verdict: ${withheld.because}` }
  if (!interval || !isEnough(measured))
    return {
      kind: 'no_verdict',
      doubt: 'too_few',
      sentence: `Too early to say${outlook(daysUntilEnough)}. A verdict needs ${FIRST_DAYS} days, ${LEAST_VISITORS} visitors in each group whose time for ${goal} is over, and ${LEAST_CONVERTED} who have reached it.`,
      ...(daysUntilEnough === undefined ? {} : { daysLeft: daysUntilEnough }),
    }
  if (interval.low > 0 || interval.high < 0) {
    const gain = gainText(interval)
    const said = metric === 'per_visitor' ? `earns ${gain}` : `brings ${gain} visitors to ${goal}`
    return { kind: interval.low > 0 ? 'better' : 'worse', sentence: `${subject} ${said} than ${against}.` }
  }
  const soFar = `So far ${subject} may do anything ${rangeText(interval)} than ${against}.`
  if (daysLeft === undefined)
    return {
      kind: 'no_verdict',
      doubt: 'early',
      sentence: `Too early to say, and at this rate no difference would show within a year. ${soFar}`,
    }
  return { kind: 'no_verdict', doubt: 'early', sentence: `Too early to say${outlook(daysLeft)}. ${soFar}`, daysLeft }
}

/** Days until the smaller group has enough visitors whose time is over; undefined if that cannot be foreseen. */
export function daysUntilEnough(
  { variant, against }: Measured['closed'],
  cohorts: readonly Cohort[],
): number | undefined {
  const fewest = Math.min(variant.visitors, against.visitors)
  const converted = variant.converted + against.converted
  const seen = new Set(cohorts.map(({ day }) => day))
  const days = Math.max(...seen) - Math.min(...seen) + 1
  const needed = Math.max(
    FIRST_DAYS - seen.size,
    days * (LEAST_VISITORS / fewest - 1),
    days * (LEAST_CONVERTED / converted - 1),
  )
  return needed > 0 && needed <= MOST_DAYS ? Math.ceil(needed) : undefined
}
