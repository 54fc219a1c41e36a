import type {
  Arrivals,
  Cohort,
  Delivery,
  GoalFlaws,
  Group,
  Outcomes,
  SegmentOutcomes,
  SiteTallies,
  Sums,
} from '../../tally/tallies.ts'
import { type Cell, type Cells, DELIVERIES } from './contribution.ts'
import { FLAWS } from './row.ts'
import type { SitePlans } from './site-plans.ts'

/** All that is counted of a site. */
export interface Counted {
  site: string
  plans: SitePlans
  cells: Cells
  erased: number
  untilMs: number
  sinceMs?: number
}

/** Reads cells by what their keys say. */
function createReader({ plans }: Counted) {
  const lastRuns = new Map(plans.goals.map(({ goal }, number) => [goal.id, number]))

  function groupOf(arm: string | undefined): Group {
    const { experience, seed, variant } = plans.arms[Number(arm)] as Group
    return { experience, seed, variant }
  }

  return {
    groupOf,
    cohortOf: (arm: string | undefined, day: string | undefined): Cohort => ({ ...groupOf(arm), day: Number(day) }),
    /** Returns the id of a goal; undefined for one that was away since: it counts anew. */
    goalOf(number: string | undefined): string | undefined {
      const id = plans.goals[Number(number)]?.goal.id
      return id !== undefined && lastRuns.get(id) === Number(number) ? id : undefined
    },
  }
}

function sumsOf({ counts, sums }: Cell): Sums {
  const [visitors = 0, converted = 0] = counts
  const [value = 0n, squares = 0n, before = 0n, beforeSquares = 0n, products = 0n] = sums
  return { visitors, converted, value, squares, before, beforeSquares, products }
}

function isEmpty({ counts }: Cell): boolean {
  return counts.every((count) => count === 0)
}

/** Returns all that is counted, as reports take it. */
export function siteTallies(counted: Counted): SiteTallies {
  const { site, plans, cells, erased, untilMs, sinceMs } = counted
  const { groupOf, cohortOf, goalOf } = createReader(counted)
  const arrivals: Arrivals[] = []
  const outcomes: Outcomes[] = []
  const segments: SegmentOutcomes[] = []
  const flaws: GoalFlaws[] = []

  function addArrivals([, arm, day, period]: string[], { counts }: Cell): void {
    const [assigned = 0, fresh = 0, seen = 0, ...rest] = counts
    const delivered = Object.fromEntries(DELIVERIES.map((name, index) => [name, rest[index] ?? 0]))
    arrivals.push({
      ...cohortOf(arm, day),
      ...{ period: Number(period), assigned, fresh, seen },
      delivered: delivered as { [Name in Delivery]: number },
    })
  }

  function addOutcomes([, arm, day, number]: string[], cell: Cell): void {
    const goal = goalOf(number)
    if (goal !== undefined) outcomes.push({ ...cohortOf(arm, day), goal, ...sumsOf(cell) })
  }

  function addSegment([, arm, number, by, ...is]: string[], cell: Cell): void {
    const goal = goalOf(number)
    if (goal === undefined) return
    segments.push({ ...groupOf(arm), goal, by: by as SegmentOutcomes['by'], is: is.join(' '), ...sumsOf(cell) })
  }

  function addFlaws([, number]: string[], { counts }: Cell): void {
    const goal = goalOf(number)
    if (goal === undefined) return
    const named = Object.fromEntries([...FLAWS, 'capped'].map((name, index) => [name, counts[index] ?? 0]))
    flaws.push({ goal, ...named } as unknown as GoalFlaws)
  }

  const readers: { readonly [letter: string]: (parts: string[], cell: Cell) => void } = {
    ...{ a: addArrivals, o: addOutcomes, s: addSegment, f: addFlaws },
  }
  for (const [key, cell] of cells) if (!isEmpty(cell)) readers[key.charAt(0)]?.(key.split(' '), cell)
  return {
    ...{ site, plans: [...plans.plans], periods: [...plans.periods] },
    ...{ arrivals, outcomes, segments, flaws, erased, untilMs },
    ...(sinceMs === undefined ? {} : { sinceMs }),
  }
}
