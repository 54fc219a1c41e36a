import { expect, test } from 'vitest'
import { buildReport } from '../../src/report/build-report.ts'
import type { ExperienceReport, Report } from '../../src/report/report.ts'
import type { Outcomes, SiteTallies } from '../../src/tally/tallies.ts'
import { endOf, FIRST_DAY, ORDER, planOf, SIGN_UP, steadyDays, talliesOf } from './made-up-tallies.ts'

const DAY_MS = 86_400_000

function reportOf(tallies: SiteTallies, days: number, interval: Report['interval'] = 'always_valid'): Report {
  return buildReport(tallies, { atMs: endOf(days, tallies.plans.at(-1)?.goals[0]), interval })
}

function springOf(tallies: SiteTallies, days: number): ExperienceReport {
  return reportOf(tallies, days).experiences[0] as ExperienceReport
}

test('a variant that brings more is the winner, and the sentence says how much', () => {
  const { verdict } = springOf(talliesOf(steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] })), 20)
  expect(verdict.kind).toBe('better')
  expect(verdict.sentence).toMatch(/^flowers brings \d+ to \d+ % more visitors to sign-up than control\.$/)
})

test('a variant that earns less is the loser', () => {
  const plans = [planOf({ goals: [ORDER] })]
  const days = steadyDays(20, { control: [1_000, 130], flowers: [1_000, 100] }, { goal: ORDER.id, valueEach: 5_000 })
  const { verdict } = springOf(talliesOf(days, { plans }), 20)
  expect(verdict.kind).toBe('worse')
  expect(verdict.sentence).toMatch(/^flowers earns \d+ to \d+ % less than control\.$/)
})

test('no difference is too early to say', () => {
  const { verdict } = springOf(talliesOf(steadyDays(20, { control: [1_000, 100], flowers: [1_000, 101] })), 20)
  expect(verdict).toMatchObject({ kind: 'no_verdict', doubt: 'early' })
  expect(verdict.sentence).toMatch(/^Too early to say/)
})

test('a difference that is not sure yet says how many days it takes', () => {
  const { verdict } = springOf(talliesOf(steadyDays(5, { control: [1_000, 100], flowers: [1_000, 112] })), 5)
  expect(verdict).toMatchObject({ kind: 'no_verdict', doubt: 'early' })
  expect(verdict.daysLeft).toBeGreaterThan(0)
  expect(verdict.sentence).toContain(`: about ${verdict.daysLeft} more days at this rate.`)
})

test('only visitors whose time for the goal is over are judged, and all of them are shown', () => {
  const tallies = talliesOf(steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] }))
  const [spring] = buildReport(tallies, { atMs: endOf(10), interval: 'always_valid' }).experiences
  const flowers = spring?.goals[0]?.variants.find(({ variant }) => variant === 'flowers')
  expect(flowers).toMatchObject({ visitors: 20_000, closed: { visitors: 10_000, rate: 0.13 } })
})

test('fewer than fifty in a group who have reached the goal say nothing, however far apart the groups are', () => {
  const { verdict } = springOf(talliesOf(steadyDays(4, { control: [20, 1], flowers: [20, 15] })), 4)
  expect(verdict).toMatchObject({ kind: 'no_verdict', doubt: 'too_few', daysLeft: 46 })
})

test('the first two days say nothing: they plan the test', () => {
  const { verdict, goals } = springOf(talliesOf(steadyDays(2, { control: [5_000, 100], flowers: [5_000, 900] })), 2)
  expect(verdict).toMatchObject({ doubt: 'too_few', daysLeft: 1 })
  expect(goals[0]?.comparisons[0]?.interval).toBeUndefined()
})

test('a failed sample-ratio test withholds the verdict and says where to look', () => {
  const days = steadyDays(20, { control: [1_000, 100], flowers: [900, 130] })
  const { verdict, ratios } = springOf(talliesOf(days), 20)
  expect(ratios).toEqual([expect.objectContaining({ isSound: false })])
  expect(verdict).toMatchObject({ kind: 'no_verdict', doubt: 'ratio' })
  expect(verdict.sentence).toContain('20,000 in control (expected: 19,000), 18,000 in flowers (expected: 19,000)')
})

test('a variant that comes late more often than the other withholds the verdict', () => {
  const days = steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] }).map((day) => ({
    ...day,
    late: day.variant === 'flowers' ? 80 : 20,
  }))
  const { verdict } = springOf(talliesOf(days), 20)
  expect(verdict).toMatchObject({ kind: 'no_verdict', doubt: 'delivery' })
  expect(verdict.sentence).toContain('flowers came late or failed for 6 % more of the visitors than control')
})

test('a goal that no server confirms has no verdict, unless the catalog takes the word of browsers', () => {
  const days = steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] })
  const ofBrowsers = { ...SIGN_UP }
  delete ofBrowsers.from
  const withGoal = (goal: typeof SIGN_UP): SiteTallies => talliesOf(days, { plans: [planOf({ goals: [goal] })] })
  expect(springOf(withGoal(ofBrowsers), 20).verdict).toMatchObject({ doubt: 'unconfirmed' })
  expect(springOf(withGoal({ ...ofBrowsers, acceptsBrowsers: true }), 20).verdict.kind).toBe('better')
})

test('values that cannot be added up withhold the verdict if there are many, and are told if there are few', () => {
  const days = steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] })
  const none = { goal: SIGN_UP.id, notNumber: 0, negative: 0, otherCurrency: 0, unconfirmed: 0, capped: 0 }
  const many = springOf(talliesOf(days, { flaws: [{ ...none, otherCurrency: 500, negative: 1 }] }), 20)
  expect(many.verdict).toMatchObject({ doubt: 'value_flaws' })
  const few = springOf(talliesOf(days, { flaws: [{ ...none, otherCurrency: 5, negative: 1 }] }), 20)
  expect(few.verdict.kind).toBe('better')
  expect(few.remarks).toContainEqual({
    code: 'value_flaws',
    message: 'Events of sign-up that are not counted: 1 negative and 5 in another currency.',
  })
})

test('changed shares begin the comparison anew, and are told', () => {
  const before = steadyDays(10, { control: [1_800, 180], flowers: [200, 80] })
  const after = steadyDays(20, { control: [1_000, 100], flowers: [1_000, 101] }).slice(20)
  const changedMs = (FIRST_DAY + 9) * DAY_MS + 1
  const period = { experience: 'spring', seed: 'spring' }
  const given = talliesOf([...before, ...after.map((day) => ({ ...day, period: 1 }))])
  const segments = given.outcomes.map((one) => ({ ...one, by: 'device' as const, is: 'mobile' }))
  expect(springOf({ ...given, segments }, 20).goals[0]?.segments).toHaveLength(1)
  const tallies: SiteTallies = {
    ...{ ...given, segments },
    periods: [
      { ...period, fromMs: FIRST_DAY * DAY_MS, shares: { control: 0.9, flowers: 0.1 } },
      { ...period, fromMs: changedMs, shares: { control: 0.5, flowers: 0.5 } },
    ],
  }
  const spring = springOf(tallies, 20)
  expect(spring.goals[0]?.segments).toEqual([])
  expect(spring.ratios.map(({ isSound }) => isSound)).toEqual([true, true])
  expect(spring.goals[0]?.variants.map(({ visitors }) => visitors)).toEqual([10_000, 10_000])
  expect(spring.verdict).toMatchObject({ doubt: 'early' })
  expect(spring.remarks.map(({ code }) => code)).toContain('shares_changed')
})

test('of several variants each is judged at the level that their number allows', () => {
  const shares = { control: 0.25, flowers: 0.25, roses: 0.25, tulips: 0.25 }
  const experiences = [
    {
      ...planOf().experiences[0],
      variants: Object.entries(shares).map(([id, share]) => ({
        id,
        share,
        ...(id === 'control' ? { isControl: true as const } : {}),
      })),
    },
  ]
  const plan = planOf({ experiences: experiences as never })
  const days = steadyDays(20, {
    control: [1_000, 100],
    flowers: [1_000, 130],
    roses: [1_000, 101],
    tulips: [1_000, 99],
  })
  const periods = [{ experience: 'spring', seed: 'spring', fromMs: FIRST_DAY * DAY_MS, shares }]
  const [spring] = reportOf(talliesOf(days, { plans: [plan], periods }), 20).experiences
  const kinds = spring?.goals[0]?.comparisons.map(({ variant, p = 1, verdict }) => [variant, p < 0.05, verdict.kind])
  expect(kinds).toEqual([
    ['flowers', true, 'better'],
    ['roses', false, 'no_verdict'],
    ['tulips', false, 'no_verdict'],
  ])
  const [alone] = reportOf(talliesOf(steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] })), 20).experiences
  const widthOf = (report?: ExperienceReport): number => {
    const { low = 0, high = 0 } = report?.goals[0]?.comparisons[0]?.interval ?? {}
    return high - low
  }
  expect(widthOf(spring)).toBeGreaterThan(widthOf(alone))
})

test('the site as a whole compares all visitors with those who are held out', () => {
  const holdout = { share: 0.2, seed: 'q1' }
  const whole = { experience: '*', seed: 'q1' }
  const days = steadyDays(20, { personalised: [4_000, 440], holdout: [1_000, 80] }, whole)
  const periods = [{ ...whole, fromMs: FIRST_DAY * DAY_MS, shares: { personalised: 0.8, holdout: 0.2 } }]
  const report = reportOf(talliesOf(days, { plans: [planOf({ holdout })], periods }), 20)
  expect(report.whole?.verdict.sentence).toMatch(/^personalisation brings .* than the page as it is\.$/)
  expect(reportOf(talliesOf(days), 20).remarks.map(({ code }) => code)).toContain('no_holdout')
})

test('each variant is compared with the holdout, too, and the verdict is on the control', () => {
  const days = steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130], holdout: [200, 14] })
  const { verdict, goals } = springOf(talliesOf(days), 20)
  expect(goals[0]?.comparisons.map(({ variant, against }) => [variant, against])).toEqual([
    ['flowers', 'control'],
    ['flowers', 'holdout'],
  ])
  expect(verdict.sentence).toMatch(/than control\.$/)
})

test('an experience that left the catalog, a new seed and a new meaning of a goal are told, and never mixed', () => {
  const first = planOf()
  const renamed = (id: string, seed: string): SiteTallies['plans'][number]['experiences'] =>
    first.experiences.map((experience) => ({ ...experience, id, seed }))
  const laterMs = (FIRST_DAY + 10) * DAY_MS
  const meant = { ...SIGN_UP, id: 'sign-up-2', event: 'Subscribed' }
  const plans = [
    first,
    planOf({
      fromMs: laterMs,
      goals: [meant],
      experiences: [...renamed('spring', 'again'), ...renamed('lent', 'lent')],
    }),
    planOf({ fromMs: laterMs + DAY_MS, goals: [meant], experiences: renamed('spring', 'again') }),
  ]
  const report = reportOf(talliesOf(steadyDays(10, { control: [100, 10], flowers: [100, 10] }), { plans }), 20)
  expect(report.experiences.map(({ id, state }) => [id, state])).toEqual([
    ['spring', 'running'],
    ['lent', 'gone'],
  ])
  expect(report.experiences[0]?.remarks.map(({ code }) => code)).toEqual(['reassigned', 'goal_changed'])
  expect(report.experiences[0]?.remarks[0]?.message).toContain('2,000 assignments')
  expect(report.experiences[1]?.remarks.map(({ code }) => code)).toEqual(['gone', 'goal_changed'])
})

test('a catalog without goals, and an experience with nothing to compare, say what to add', () => {
  const days = steadyDays(5, { control: [100, 10], flowers: [100, 10] })
  expect(springOf(talliesOf(days, { plans: [planOf({ goals: [] })] }), 5).verdict.doubt).toBe('no_goal')
  const alone = planOf({
    experiences: [{ id: 'spring', slot: 'hero', seed: 'spring', variants: [{ id: 'flowers', share: 1 }] }],
  })
  const only = steadyDays(5, { flowers: [100, 10] })
  expect(springOf(talliesOf(only, { plans: [alone] }), 5).verdict.doubt).toBe('no_control')
})

test('a fixed interval is narrower than one that may be looked at every day', () => {
  const tallies = talliesOf(steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] }))
  const [always, fixed] = (['always_valid', 'fixed'] as const).map((interval) => {
    const { low = 0, high = 0 } =
      reportOf(tallies, 20, interval).experiences[0]?.goals[0]?.comparisons[0]?.interval ?? {}
    return high - low
  })
  expect(fixed).toBeLessThan(always as number)
})

test('while the log is counted only up to a day, no time for a goal is over that ends after it', () => {
  const untilMs = endOf(10)
  const tallies = talliesOf(steadyDays(20, { control: [1_000, 100], flowers: [1_000, 130] }), { untilMs })
  expect(reportOf(tallies, 20).experiences[0]?.goals[0]?.variants[0]?.closed.visitors).toBe(10_000)
})

test('against visitors who are held out nothing is taken off for what was before: it follows from other experiences', () => {
  const holdout = { share: 0.2, seed: 'q1' }
  const seed = 'spring'
  const known = (one: Outcomes): Outcomes => {
    const before = one.variant === 'flowers' ? one.value : one.value / 2n
    return { ...one, before, beforeSquares: one.squares, products: one.squares }
  }
  const of = (control: string): ExperienceReport | undefined => {
    const days = steadyDays(20, { [control]: [900, 100], flowers: [900, 101] }, { goal: ORDER.id, seed })
    const { outcomes, ...rest } = talliesOf(days)
    const variants = [
      { id: 'flowers', share: 0.5 },
      ...(control === 'control' ? [{ id: control, share: 0.5, isControl: true as const }] : []),
    ]
    const plan = planOf({ holdout, goals: [ORDER], experiences: [{ id: 'spring', slot: 'hero', seed, variants }] })
    return reportOf({ ...rest, outcomes: outcomes.map(known), plans: [plan], periods: [] }, 20).experiences[0]
  }
  expect(of('control')?.goals[0]?.comparisons[0]?.explained).toBeGreaterThan(0.1)
  expect(of('holdout')?.goals[0]?.comparisons[0]?.explained).toBeUndefined()
})

test('visitors who are held out are no part of the ratio test where variants have a control', () => {
  const shares = { control: 0.45, flowers: 0.45, holdout: 0.1 }
  const periods = [{ experience: 'spring', seed: 'spring', fromMs: FIRST_DAY * DAY_MS, shares }]
  const holdout = { share: 0.1, seed: 'q1' }
  const few = { control: [1_000, 100], flowers: [1_000, 130], holdout: [20, 2] } as const
  const [spring] = reportOf(talliesOf(steadyDays(20, few), { plans: [planOf({ holdout })], periods }), 20).experiences
  expect(spring?.ratios[0]).toMatchObject({ isSound: true, variants: [{ expected: 20_000 }, { expected: 20_000 }] })
  expect(spring?.verdict.kind).toBe('better')
  const held = spring?.goals[0]?.comparisons.find(({ against }) => against === 'holdout')
  expect(held?.verdict).toMatchObject({ kind: 'no_verdict', doubt: 'ratio' })
})

test('a report of what is counted up to an earlier day says so', () => {
  const tallies = talliesOf(steadyDays(10, { control: [100, 10], flowers: [100, 10] }), { untilMs: endOf(10) })
  const codes = (atMs: number) => buildReport(tallies, { atMs, interval: 'fixed' }).remarks.map(({ code }) => code)
  expect(codes(endOf(10))).not.toContain('behind')
  expect(codes(endOf(10) + 2 * DAY_MS)).toContain('behind')
})

test('a goal that is new, or was away for a while, says since when it is counted', () => {
  const awayMs = (FIRST_DAY + 2) * DAY_MS
  const plans = [planOf(), planOf({ goals: [], fromMs: awayMs }), planOf({ fromMs: awayMs + DAY_MS })]
  const days = steadyDays(10, { control: [100, 10], flowers: [100, 10] })
  const { remarks } = springOf(talliesOf(days, { plans }), 10)
  expect(remarks).toEqual([
    { code: 'goal_later', message: expect.stringContaining('sign-up is in the catalog since 2026-03-04') },
  ])
  expect(springOf(talliesOf(days), 10).remarks).toEqual([])
})
