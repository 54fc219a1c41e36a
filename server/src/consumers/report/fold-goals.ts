import type { CompileRegex } from 'prepaint/engine'
import type { JsonObject } from 'prepaint/protocol'
import { KEY_IDS } from '../../identity/key.ts'
import type { EventRecord } from '../../ingest/record.ts'
import { type GoalTest, goalTests } from './goal-events.ts'
import { addFlawed, addOccurrence, type Occurrence } from './row.ts'
import type { SitePlans } from './site-plans.ts'
import { isUser, type SiteRows } from './site-rows.ts'

/** Folds events that goals name. */
export interface GoalFold {
  /** True if a goal in force has events of that name. */
  names(name: string): boolean
  fold(record: EventRecord, name: string, properties: JsonObject, rows: SiteRows): void
  /** Gives a visitor what the user of a link has done, as far as it is known. */
  give(user: string, visitor: string, number: number, rows: SiteRows): void
  /** Takes the goals that are in force now. */
  renew(): void
}

/** Makes the folding of goals. */
export function createGoalFold(plans: SitePlans, compileRegex: CompileRegex | undefined): GoalFold {
  let tests: Map<string, GoalTest[]> | undefined
  const withinMs = (goal: number): number => plans.goals[goal]?.goal.withinMs ?? 0

  const testsNow = (): Map<string, GoalTest[]> =>
    (tests ??= goalTests(plans.goals, plans.latest?.goals ?? [], compileRegex))

  /** Gives the event of a user to the visitors who have opened a link to it. */
  function giveToVisitors(user: string, occurrence: Occurrence, rows: SiteRows): void {
    for (const visitor of rows.get(user)?.visitors ?? []) {
      const at = rows.get(visitor)?.links.findIndex((link) => link.user === user) ?? -1
      if (at >= 0) addOccurrence(rows.change(visitor), { ...occurrence, user: at + 1 }, withinMs)
    }
  }

  function foldOne(record: EventRecord, { goal, judge }: GoalTest, properties: JsonObject, rows: SiteRows): void {
    const { visitorId, atMs, event, keyId } = record
    const isFromServer = keyId === KEY_IDS.server
    const judged = judge({ messageId: event.messageId, properties, isFromServer })
    if (!judged) return
    if ('flaw' in judged) return void addFlawed(rows.change(visitorId), { goal, ...judged })
    const occurrence = { goal, user: 0, atMs, isFromServer, saidMs: atMs, ...judged }
    addOccurrence(rows.change(visitorId), occurrence, withinMs)
    if (isFromServer && isUser(visitorId)) giveToVisitors(visitorId, occurrence, rows)
  }

  return {
    names: (name) => testsNow().has(name),
    fold(record, name, properties, rows) {
      for (const test of testsNow().get(name) ?? []) foldOne(record, test, properties, rows)
    },
    give(user, visitor, number, rows) {
      for (const occurrence of rows.get(user)?.occurrences ?? [])
        if (occurrence.isFromServer) addOccurrence(rows.change(visitor), { ...occurrence, user: number }, withinMs)
    },
    renew: () => void (tests = undefined),
  }
}
