import { differenceOf } from '../statistics/effect.ts'
import { fixedPValue } from '../statistics/fixed.ts'
import { momentsOfRate } from '../statistics/moments.ts'
import { testRatio } from '../statistics/ratio.ts'
import { type Arrivals, HOLDOUT, type SiteTallies } from '../tally/tallies.ts'
import type { Pair } from './comparisons.ts'
import { type Share, unequalDelivery, variantReport } from './deliveries.ts'
import { goalRemarks } from './flaws.ts'
import { goalReport } from './goal-report.ts'
import type { GoalHistory } from './history.ts'
import { deliveryDoubt, ratioDoubt, type Withheld } from './judge.ts'
import { type NumberedPeriod, ratioTests } from './ratios.ts'
import type { ExperienceReport, GoalReport, RatioTest, Remark, VariantReport, Verdict } from './report.ts'
import { dayText } from './words.ts'

const DAY_MS = 86_400_000

/** Facts of an experience that its report is made of. */
export interface Subject {
  id: string
  seed: string
  slot?: string
  state: ExperienceReport['state']
  /** Of the catalog. The holdout belongs to no experience and is found where it has visitors. */
  variants: readonly { id: string; isControl: boolean }[]
  /** Name of a variant for a reader. */
  callOf(variant: string): string
  remarks: readonly Remark[]
}

/** Options of a report. */
export interface Options {
  /** Time that it is of, in ms since 1970. */
  atMs: number
  interval: 'always_valid' | 'fixed'
}

function pOfShares(one: Share, other: Share): number {
  const effect = differenceOf(momentsOfRate(other.hits, other.count), momentsOfRate(one.hits, one.count))
  return effect ? fixedPValue(effect) : 1
}

/**
 * Tests the ratio of some of the groups. Those who are held out are left out where variants are compared with a control: no cap leads them from
 * one experience of a slot to the next, so that they may be another crowd.
 */
function testsOf(
  periods: readonly NumberedPeriod[],
  arrivals: readonly Arrivals[],
  isTested: (variant: string) => boolean,
): RatioTest[] {
  return ratioTests(periods, arrivals, isTested, (counts, shares) => {
    const { pValue, isMismatch } = testRatio(counts.map((count, at) => ({ count, weight: shares[at] as number })))
    return { p: pValue, isSound: !isMismatch }
  })
}

/** Pairs each variant with the control, and with the holdout. Verdicts of the experience are those of the first family. */
function familiesOf(variants: readonly VariantReport[]): Pair[][] {
  const bases = [variants.find(({ isControl }) => isControl), variants.find(({ isHoldout }) => isHoldout)]
  const others = variants.filter(({ isControl, isHoldout }) => !isControl && !isHoldout)
  return bases.flatMap((base) => (base ? [others.map(({ id }) => ({ variant: id, against: base.id }))] : []))
}

const NO_GOAL: Verdict = {
  kind: 'no_verdict',
  doubt: 'no_goal',
  sentence: 'No verdict: the catalog has no goal. Say under goals what an experience is to bring about.',
}

const NO_CONTROL: Verdict = {
  kind: 'no_verdict',
  doubt: 'no_control',
  sentence: 'No verdict: there is nothing to compare with. Add a variant that changes nothing, or a holdout.',
}

/** The verdict that is put first: of the best winner, else of a loser, else what all of them wait for. */
function firstVerdict(goals: readonly GoalReport[], [first = []]: readonly Pair[][]): Verdict {
  const primary = goals.find(({ isPrimary }) => isPrimary)
  if (!primary) return NO_GOAL
  const [pair] = first
  if (!pair) return NO_CONTROL
  const decisive = primary.hasValue ? 'per_visitor' : 'rate'
  const all = primary.comparisons.filter(({ metric, against }) => metric === decisive && against === pair.against)
  const byKind = (kind: Verdict['kind']): typeof all => all.filter(({ verdict }) => verdict.kind === kind)
  const winners = byKind('better').sort((one, other) => (other.interval?.lift ?? 0) - (one.interval?.lift ?? 0))
  return [...winners, ...byKind('worse'), ...all][0]?.verdict ?? NO_CONTROL
}

/** Makes the report of one experience, or of the site as a whole. */
export function experienceReport(
  subject: Subject,
  goals: readonly GoalHistory[],
  tallies: SiteTallies,
  options: Options,
): ExperienceReport {
  const { id, seed, slot, state, callOf } = subject
  const isOurs = (one: { experience: string; seed: string }): boolean => one.experience === id && one.seed === seed
  const arrivals = tallies.arrivals.filter(isOurs)
  const periods = tallies.periods.flatMap((period, number) => (isOurs(period) ? [{ ...period, number }] : []))
  const sharesSinceMs = periods.length > 1 ? (periods.at(-1)?.fromMs ?? 0) : 0
  const planned = new Map(subject.variants.map((variant) => [variant.id, variant]))
  const variants = [...new Set([...planned.keys(), ...arrivals.map(({ variant }) => variant)])].map((variant) =>
    variantReport(
      variant,
      { isControl: planned.get(variant)?.isControl ?? false, isHoldout: variant === HOLDOUT },
      arrivals.filter((one) => one.variant === variant),
    ),
  )
  const families = familiesOf(variants.filter((variant) => planned.has(variant.id) || variant.isHoldout))
  const withHeldOut = testsOf(periods, arrivals, () => true)
  const hasControl = families[0]?.[0]?.against !== HOLDOUT
  const ratios = hasControl ? testsOf(periods, arrivals, (variant) => variant !== HOLDOUT) : withHeldOut
  const failed = ratios.filter(({ isSound }) => !isSound)
  const failsNow = ({ isSound, fromMs }: RatioTest): boolean => !isSound && fromMs >= sharesSinceMs
  const failedNow = failed.find(failsNow)

  function doubtOf({ variant, against }: Pair): Withheld | undefined {
    const unsound = failedNow ?? (against === HOLDOUT ? withHeldOut.find(failsNow) : undefined)
    if (unsound) return ratioDoubt(unsound)
    const [one, other] = [variant, against].map((name) => variants.find((some) => some.id === name)) as VariantReport[]
    const difference = unequalDelivery(one as VariantReport, other as VariantReport, pOfShares)
    return difference === undefined ? undefined : deliveryDoubt(callOf(variant), callOf(against), difference)
  }

  const names = variants.map((variant) => variant.id)
  const shared = {
    tallies,
    experience: id,
    seed,
    variants: names,
    families,
    sharesSinceMs,
    callOf,
    doubtOf,
    ...options,
  }
  const reports = goals.map((history) => goalReport(shared, history))
  const firstDay = arrivals.reduce((first, { day }) => Math.min(first, day), Infinity)
  return {
    id,
    ...(slot === undefined ? {} : { slot }),
    state,
    ...(firstDay === Infinity ? {} : { fromMs: firstDay * DAY_MS }),
    verdict: firstVerdict(reports, families),
    variants,
    goals: reports,
    ratios,
    remarks: [
      ...subject.remarks,
      ...(sharesSinceMs > 0 ? [sharesRemark(sharesSinceMs)] : []),
      ...failed
        .filter((test) => test !== failedNow)
        .map((test) => ({ code: 'ratio_before', message: `Before the shares changed: ${ratioDoubt(test).because}` })),
      ...goals.flatMap((history) => goalRemarks(history, tallies, dayText(history.sinceMs))),
    ],
  }
}

function sharesRemark(sinceMs: number): Remark {
  return {
    code: 'shares_changed',
    message: `The shares of the variants changed on ${dayText(sinceMs)}: goals are of visitors who were first assigned on a day after it, so that groups of different shares are not mixed.`,
  }
}
