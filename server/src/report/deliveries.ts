import type { Arrivals } from '../tally/tallies.ts'
import type { VariantReport } from './report.ts'

/** Difference of shares below which a late delivery biases nothing that anybody could see. */
const WORTH_TELLING = 0.01

/** Probability by chance below which a difference counts: that of the sample-ratio test. */
const ALARM = 0.001

/** Adds up a variant's arrivals. */
export function variantReport(
  id: string,
  { isControl, isHoldout }: Pick<VariantReport, 'isControl' | 'isHoldout'>,
  arrivals: readonly Arrivals[],
): VariantReport {
  let [assigned, seen, late, failed] = [0, 0, 0, 0]
  for (const one of arrivals) {
    assigned += one.assigned
    seen += one.seen
    late += one.delivered.late
    failed += one.delivered.failed
  }
  const share = (count: number): number => (assigned === 0 ? 0 : count / assigned)
  return { id, isControl, isHoldout, assigned, seen, lateShare: share(late), failedShare: share(failed) }
}

/** Finds out by how much more often a variant came late or not at all; undefined if that may be chance, or is too little to matter. */
export function unequalDelivery(
  variant: VariantReport,
  against: VariantReport,
  pOfShares: (one: Share, other: Share) => number,
): number | undefined {
  const [one, other] = [missedOf(variant), missedOf(against)]
  if (one.count === 0 || other.count === 0) return undefined
  const difference = one.hits / one.count - other.hits / other.count
  if (Math.abs(difference) < WORTH_TELLING) return undefined
  return pOfShares(one, other) < ALARM ? difference : undefined
}

/** A count out of another one. */
export interface Share {
  hits: number
  count: number
}

function missedOf({ assigned, lateShare, failedShare }: VariantReport): Share {
  return { hits: Math.round((lateShare + failedShare) * assigned), count: assigned }
}
