import { type CompileRegex, compileWhere, ConditionError, type Goal, type PropertyTest } from 'prepaint/engine'
import type { Json, JsonObject } from 'prepaint/protocol'
import { hashHexOf } from '../../profiles/seen.ts'
import { FLAWS } from './row.ts'
import type { GoalRun } from './site-plans.ts'

/** An event that may be a goal's. */
export interface GoalEvent {
  messageId: string
  properties: JsonObject
  isFromServer: boolean
}

/** An event as a goal counts it: an occurrence, or one that is not counted. */
export type Judged = { key: string; value: number } | { hash: string; flaw: number }

/** A goal, ready for events of its name. */
export interface GoalTest {
  /** The goal's number. */
  goal: number
  /** Returns undefined for an event that the goal does not name. */
  judge(event: GoalEvent): Judged | undefined
}

const HUNDREDTHS = 100

/** Largest value of one event, in hundredths: sums of a visitor's stay exact. */
const MAX_VALUE = 1_000_000_000_000

/** Reads a property at names joined by dots. */
function propertyAt(properties: JsonObject, names: readonly string[]): Json | undefined {
  let value: Json | undefined = properties
  for (const name of names) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined
    value = value[name]
  }
  return value
}

function flawOf(name: (typeof FLAWS)[number], { messageId }: GoalEvent): Judged {
  return { hash: hashHexOf(messageId), flaw: FLAWS.indexOf(name) }
}

function judgeOf(goal: Goal, holds: PropertyTest['holds'] | undefined): GoalTest['judge'] {
  const { from, currency } = goal
  const valueAt = goal.of?.split('.')
  const byAt = goal.by?.split('.')

  function keyOf({ messageId, properties }: GoalEvent): string {
    const name = byAt && propertyAt(properties, byAt)
    const isName = (typeof name === 'string' && name !== '') || typeof name === 'number'
    return hashHexOf(isName ? `by ${name}` : `message ${messageId}`)
  }

  return (event) => {
    const { properties } = event
    if (holds && !holds(properties)) return undefined
    if (from === 'server' && !event.isFromServer) return flawOf('unconfirmed', event)
    if (!valueAt) return { key: keyOf(event), value: HUNDREDTHS }
    const said = properties['currency']
    if (currency !== undefined && typeof said === 'string' && said.toUpperCase() !== currency)
      return flawOf('otherCurrency', event)
    const value = propertyAt(properties, valueAt)
    if (typeof value !== 'number' || !Number.isFinite(value)) return flawOf('notNumber', event)
    if (value < 0) return flawOf('negative', event)
    return { key: keyOf(event), value: Math.min(Math.round(value * HUNDREDTHS), MAX_VALUE) }
  }
}

/**
 * Makes the tests of the goals in force, by the name of the event. One whose condition cannot be compiled here is passed over: a later version
 * has written it.
 */
export function goalTests(
  goals: readonly GoalRun[],
  inForce: readonly number[],
  compileRegex: CompileRegex | undefined,
): Map<string, GoalTest[]> {
  const byEvent = new Map<string, GoalTest[]>()
  for (const number of inForce) {
    const { goal } = goals[number] as GoalRun
    try {
      const holds = goal.where && compileWhere(goal, ['goals', goal.name], compileRegex ? { compileRegex } : {}).holds
      byEvent.set(goal.event, [...(byEvent.get(goal.event) ?? []), { goal: number, judge: judgeOf(goal, holds) }])
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
    }
  }
  return byEvent
}
