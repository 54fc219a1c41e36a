import type { Report } from '../../../src/report/report.ts'
import { HOLDOUT, PERSONALISED } from '../../../src/tally/tallies.ts'
import type { Visitor } from './visitors.ts'

/** Variants that a visitor was assigned, by experience. */
export interface Assigned {
  spring: string
  welcome: string
}

/** Probability of buying and of signing up, by variant. */
const BUYING: { readonly [variant: string]: number } = { control: 0.1, flowers: 0.14, [HOLDOUT]: 0.08 }
const SIGNING_UP: { readonly [variant: string]: number } = { plain: 0.2, short: 0.25, long: 0.15, [HOLDOUT]: 0.2 }

/** Returns true if the visitor buys. */
export function buys({ luck }: Visitor, { spring }: Assigned): boolean {
  return luck < (BUYING[spring] ?? 0)
}

/** Returns true if the visitor signs up. */
export function signsUp({ signUpLuck }: Visitor, { welcome }: Assigned): boolean {
  return signUpLuck < (SIGNING_UP[welcome] ?? 0)
}

/** The most that an order goal counts, and its time, as the catalog has them. */
const MOST_CENTS = 50_000
const ORDER_DAYS = 3
const SIGN_UP_DAYS = 1

/** Numbers of one variant. */
interface Row {
  assigned: number
  seen: number
  orders: number
  cents: number
  signUps: number
}

/** Contents of a report: rows by experience and variant, and what it has to tell beside them. */
export interface Truth {
  rows: { readonly [group: string]: Row }
  erased: number
  /** Orders that browsers have reported. */
  unconfirmed: number
}

/** A visitor, and what it was assigned. */
export interface Story {
  visitor: Visitor
  assigned: Assigned
}

/** Adds up what has happened, visitor by visitor. What a user buys counts on each of its devices. */
export function truthOf(stories: readonly Story[]): Truth {
  const rows: { [group: string]: Row } = {}
  const buyers = Map.groupBy(
    stories.filter(({ visitor, assigned }) => buys(visitor, assigned)),
    ({ visitor: { userId, index } }) => userId ?? index,
  )
  let [erased, unconfirmed] = [0, 0]
  for (const { visitor, assigned } of stories) {
    if (visitor.isErased) {
      erased++
      continue
    }
    if (buys(visitor, assigned) && visitor.purchase.isInBrowser) unconfirmed++
    const bought = (buyers.get(visitor.userId ?? visitor.index) ?? []).filter(({ visitor: buyer }) => {
      const afterDays = buyer.day + buyer.purchase.afterDays - visitor.day
      return afterDays >= 0 && afterDays < ORDER_DAYS
    })
    const cents = bought.reduce((sum, { visitor: buyer }) => sum + buyer.purchase.cents, 0)
    const isHeldOut = assigned.spring === HOLDOUT
    for (const group of [
      `spring/${assigned.spring}`,
      `welcome/${assigned.welcome}`,
      `*/${isHeldOut ? HOLDOUT : PERSONALISED}`,
    ]) {
      const row = (rows[group] ??= { assigned: 0, seen: 0, orders: 0, cents: 0, signUps: 0 })
      row.assigned++
      if (visitor.sees && group.startsWith('spring/')) row.seen++
      if (bought.length > 0) row.orders++
      row.cents += Math.min(cents, MOST_CENTS)
      if (signsUp(visitor, assigned) && visitor.signUpAfterDays < SIGN_UP_DAYS) row.signUps++
    }
  }
  return { rows, erased, unconfirmed }
}

/** Reads the same numbers off a report. */
export function toldBy({ whole, experiences, erased }: Report): Truth {
  const all = whole ? [whole, ...experiences] : experiences
  const rows = all.flatMap(({ id, variants, goals }) =>
    variants.flatMap(({ id: variant, assigned, seen }): [string, Row][] => {
      if (assigned === 0) return []
      const [order, signUp] = ['order', 'sign-up'].map((name) =>
        goals.find((goal) => goal.name === name)?.variants.find((one) => one.variant === variant),
      )
      const cents = Math.round((order?.value ?? 0) * 100)
      return [
        [`${id}/${variant}`, { assigned, seen, orders: order?.converted ?? 0, cents, signUps: signUp?.converted ?? 0 }],
      ]
    }),
  )
  const told = experiences[0]?.remarks.find(({ code }) => code === 'unconfirmed')?.message ?? '0'
  return { rows: Object.fromEntries(rows), erased, unconfirmed: Number.parseInt(told.replaceAll(',', ''), 10) }
}
