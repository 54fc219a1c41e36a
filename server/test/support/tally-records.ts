import type { Goal } from 'prepaint/engine'
import { userProfileId } from '../../src/identity/profile-id.ts'
import type { ErasureRecord, EventRecord, LinkRecord, PlanRecord } from '../../src/ingest/record.ts'
import type { Plan } from '../../src/tally/plan.ts'
import type { SiteTallies } from '../../src/tally/tallies.ts'

const HOUR_MS = 3_600_000

/** Time at which the plan is in force, a day's begin. */
export const BEGAN_MS = Date.UTC(2026, 10, 1)

/** Time at which all has arrived. */
export const RECEIVED_MS = BEGAN_MS + 20 * 24 * HOUR_MS

/** A goal with value. */
export const ORDERS: Goal = {
  ...{ id: 'orders-id', name: 'orders', event: 'Order Completed', of: 'total', currency: 'EUR', most: 100 },
  ...{ withinMs: 48 * HOUR_MS, by: 'order_id', isPrimary: true },
}

/** A goal without value. */
export const SIGNUPS: Goal = { id: 'signups-id', name: 'signups', event: 'Signed Up', withinMs: 24 * HOUR_MS }

/** Two experiences of two variants. */
export const PLAN: Plan = {
  version: 'v1',
  goals: [ORDERS, SIGNUPS],
  experiences: ['hero', 'menu'].map((id) => ({
    ...{ id, slot: id, seed: id },
    variants: [
      { id: 'a', share: 0.5 },
      { id: 'b', share: 0.5, isControl: true as const },
    ],
  })),
}

/** The record of a plan. */
export function planRecord(plan: Plan = PLAN, atHours = 0): PlanRecord {
  return { kind: 'plan', site: 'flora', receivedMs: BEGAN_MS + atHours * HOUR_MS, plan }
}

interface More {
  properties?: { [name: string]: string | number }
  isFromServer?: boolean
}

/** An event so many hours after the plan. */
export function event(visitorId: string, name: string, atHours: number, more: More = {}): EventRecord {
  const { properties = {}, isFromServer = false } = more
  const messageId = JSON.stringify([visitorId, name, atHours, more])
  return {
    ...{ kind: 'event', site: 'flora', visitorId, receivedMs: RECEIVED_MS, atMs: BEGAN_MS + atHours * HOUR_MS },
    event: { type: 'track', messageId, timestamp: '2026-11-01T00:00:00Z', event: name, properties },
    ...(isFromServer ? { keyId: 2 } : {}),
  }
}

/** The report of an assignment. */
export function assigned(visitorId: string, atHours: number, said: More['properties'] = {}): EventRecord {
  const properties = { experience: 'hero', variant: 'a', outcome: 'shown', catalog: 'v1', ...said }
  return event(visitorId, 'pp:assigned', atHours, { properties })
}

/** An order. */
export function order(
  visitorId: string,
  atHours: number,
  id: string,
  { total = 0, isFromServer = false },
): EventRecord {
  return event(visitorId, 'Order Completed', atHours, { properties: { order_id: id, total }, isFromServer })
}

/** A link to a user that a visitor has opened. */
export function link(visitorId: string, userId: string, atHours: number): LinkRecord {
  const openedMs = BEGAN_MS + atHours * HOUR_MS
  return {
    ...{ kind: 'link', site: 'flora', visitorId, receivedMs: openedMs, atMs: openedMs },
    event: { type: 'identify', messageId: `link ${visitorId} ${userId} ${atHours}`, timestamp: '', userId },
    ...{ untilMs: RECEIVED_MS + HOUR_MS, signedMs: openedMs },
  }
}

/** The erasure of a visitor or user. */
export function erasure(visitorId: string): ErasureRecord {
  return { kind: 'erasure', site: 'flora', visitorId, receivedMs: RECEIVED_MS }
}

/** The key of a user. */
export const user = userProfileId

/** Outcomes as lines, like those of the naive count. */
export function outcomeLines({ outcomes }: SiteTallies): string[] {
  return outcomes
    .map(({ experience, variant, day, goal, ...of }) => {
      const sums = [of.visitors, of.converted, of.value, of.squares, of.before, of.beforeSquares, of.products]
      return `${experience} ${variant} ${day} ${goal}: ${sums.join(' ')}`
    })
    .sort()
}

/** All tallies as text, in one order. */
export function textOfTallies(tallies: SiteTallies): string {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
  const { arrivals, outcomes, segments, flaws, ...rest } = tallies
  return [...[arrivals, outcomes, segments, flaws].map((list) => list.map(text).sort().join('\n')), text(rest)].join(
    '\n\n',
  )
}
