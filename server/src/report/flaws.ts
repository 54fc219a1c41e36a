import type { GoalFlaws, SiteTallies } from '../tally/tallies.ts'
import type { GoalHistory } from './history.ts'
import type { Withheld } from './judge.ts'
import type { Remark } from './report.ts'
import { countText, listText } from './words.ts'

/** Part of a goal's events that may be refused before its values mislead: of more of them nobody knows what they were. */
const REFUSED_SHARE = 0.02

function flawsOf({ goal }: GoalHistory, { flaws }: SiteTallies): GoalFlaws {
  const none = { goal: goal.id, notNumber: 0, negative: 0, otherCurrency: 0, unconfirmed: 0, capped: 0 }
  return flaws.find((found) => found.goal === goal.id) ?? none
}

function refusedText({ notNumber, negative, otherCurrency }: GoalFlaws): string {
  const kinds: [count: number, kind: string][] = [
    [notNumber, 'without a number'],
    [negative, 'negative'],
    [otherCurrency, 'in another currency'],
  ]
  return listText(kinds.flatMap(([count, kind]) => (count > 0 ? [`${countText(count)} ${kind}`] : [])))
}

/** Finds what of a goal's events forbids a verdict; `converted` is the number of visitors who have reached it. */
export function goalDoubt(history: GoalHistory, tallies: SiteTallies, converted: number): Withheld | undefined {
  const { goal } = history
  if (goal.from !== 'server' && !goal.acceptsBrowsers)
    return {
      doubt: 'unconfirmed',
      because: `browsers alone report ${goal.name}, and anybody can make a browser say so. Let your server send ${goal.event}, and say from: server in the goal; or from: anyone, if browsers are good enough.`,
    }
  const found = flawsOf(history, tallies)
  if (converted === 0 && found.unconfirmed > 0)
    return {
      doubt: 'unconfirmed',
      because: `browsers have reported ${goal.name} ${countText(found.unconfirmed)} times, and no server has confirmed one. Look at whether your server sends ${goal.event} with its key.`,
    }
  const refused = found.notNumber + found.negative + found.otherCurrency
  if (refused <= converted * REFUSED_SHARE) return undefined
  return {
    doubt: 'value_flaws',
    because: `too many events of ${goal.name} have a value that cannot be added up: ${refusedText(found)}. Look at ${goal.of} of ${goal.event}.`,
  }
}

/** Remarks on a goal: its events that are not counted as they were sent, and another meaning before. */
export function goalRemarks(history: GoalHistory, tallies: SiteTallies, since: string): Remark[] {
  const { goal, hasChanged, isLater } = history
  const found = flawsOf(history, tallies)
  const refused = refusedText(found)
  const remarks: [applies: boolean, code: string, message: string][] = [
    [
      hasChanged,
      'goal_changed',
      `${goal.name} means something else since ${since}: visitors who were assigned before are not counted for it.`,
    ],
    [
      isLater && !hasChanged,
      'goal_later',
      `${goal.name} is in the catalog since ${since}: visitors who were assigned before are not counted for it.`,
    ],
    [refused !== '', 'value_flaws', `Events of ${goal.name} that are not counted: ${refused}.`],
    [
      found.unconfirmed > 0,
      'unconfirmed',
      `${countText(found.unconfirmed)} events of ${goal.name} came from browsers and are not counted: only servers confirm it.`,
    ],
    [
      found.capped > 0,
      'capped',
      `${countText(found.capped)} visitors are counted with ${goal.most}, the most that ${goal.name} allows.`,
    ],
  ]
  return remarks.flatMap(([applies, code, message]) => (applies ? [{ code, message }] : []))
}
