import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatReport } from '../../server/src/cli/report-table.ts'
import type { Cell } from '../../server/src/consumers/report/contribution.ts'
import { openTallies } from '../../server/src/consumers/report/open-tallies.ts'
import { createSitePlans, storedPlans } from '../../server/src/consumers/report/site-plans.ts'
import { openTallyStore } from '../../server/src/consumers/report/tally-store.ts'
import { buildReport } from '../../server/src/report/build-report.ts'
import type { DatedPlan } from '../../server/src/tally/plan.ts'
import type { SiteTallies } from '../../server/src/tally/tallies.ts'
import type { Measurement } from '../figure.ts'

const VISITORS = 1_000_000
const EXPERIENCES = 50
const DAYS = 90
const DAY_MS = 86_400_000
const FIRST_DAY = 20_513
const RUNS = 5
const SITE = 'shop'

const holdout = { share: 0.05, seed: 'q1' }

const PLAN: DatedPlan = {
  version: 'v1',
  fromMs: FIRST_DAY * DAY_MS,
  holdout,
  goals: [
    {
      id: 'order',
      name: 'order',
      event: 'Order Completed',
      from: 'server',
      of: 'total',
      most: 500,
      withinMs: 7 * DAY_MS,
      isPrimary: true,
    },
    { id: 'basket', name: 'basket', event: 'Product Added', from: 'server', withinMs: DAY_MS },
    { id: 'sign-up', name: 'sign-up', event: 'Signed Up', from: 'server', withinMs: DAY_MS },
  ],
  experiences: Array.from({ length: EXPERIENCES }, (_none, index) => ({
    ...{ id: `experience-${index}`, slot: 'hero', seed: `seed-${index}` },
    variants: [
      { id: 'control', share: 0.5, isControl: true as const },
      { id: 'flowers', share: 0.5 },
    ],
  })),
}

/** Sums of a cohort of which every tenth has bought for 50. */
function outcomeCell(visitors: number): Cell {
  const buyers = Math.round(visitors / 10)
  return { counts: [visitors, buyers], sums: [BigInt(buyers) * 5_000n, BigInt(buyers) * 25_000_000n, 0n, 0n, 0n] }
}

/** Writes the sums of a million visitors, each of whom met every experience. */
async function writeTallies(directory: string): Promise<number> {
  const plans = createSitePlans()
  plans.add(PLAN)
  const cells: { site: string; key: string; cell: Cell }[] = []
  const perDay = VISITORS / DAYS
  for (const [arm, { variant }] of plans.arms.entries()) {
    const share = variant === 'holdout' ? holdout.share : (1 - holdout.share) / (variant === 'personalised' ? 1 : 2)
    const visitors = Math.round(perDay * share)
    for (let day = FIRST_DAY; day < FIRST_DAY + DAYS; day++) {
      cells.push({
        site: SITE,
        key: `a ${arm} ${day} 0`,
        cell: { counts: [visitors, visitors, visitors, visitors, 0, 0, 0], sums: [] },
      })
      for (const goal of plans.goals.keys())
        cells.push({ site: SITE, key: `o ${arm} ${day} ${goal}`, cell: outcomeCell(visitors) })
    }
  }
  const store = openTallyStore(directory)
  await store.commit({
    head: { logId: 'bench', offset: 1 },
    ...{ rows: [], cells },
    sites: [{ site: SITE, state: { erased: 0, untilMs: (FIRST_DAY + DAYS) * DAY_MS } }],
    plans: [{ site: SITE, plans: storedPlans(plans) }],
  })
  await store.close()
  return cells.length
}

/** Time of a report, from the sums on the disk to the text on a terminal. */
export const reportBuild: Measurement = {
  title: `a report of ${VISITORS.toLocaleString('en')} visitors, ${EXPERIENCES} experiences and ${DAYS} days`,
  families: ['report.ms'],
  async measure() {
    const directory = await mkdtemp(join(tmpdir(), 'prepaint-report-'))
    try {
      await writeTallies(directory)
      const tallies = openTallies(directory)
      const times: number[] = []
      let assigned = 0
      for (let run = 0; run < RUNS; run++) {
        const beganMs = performance.now()
        const counted = tallies.tallies(SITE) as SiteTallies
        const report = buildReport(counted, { atMs: (FIRST_DAY + DAYS) * DAY_MS, interval: 'always_valid' })
        formatReport(report, { width: 120 })
        times.push(performance.now() - beganMs)
        assigned = report.whole?.variants.reduce((sum, variant) => sum + variant.assigned, 0) ?? 0
      }
      await tallies.close()
      const isWhole = Math.abs(assigned / VISITORS - 1) < 0.01
      return [
        {
          name: 'report.ms',
          // The first one: a command makes one report.
          value: times[0] as number,
          unit: 'ms',
          limit: 1_000,
          ...(isWhole ? {} : { flaw: `the report has ${assigned} visitors` }),
        },
      ]
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}
