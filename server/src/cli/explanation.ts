import type { ExperienceExplanation, FailedClause, SlotExplanation, Verdict } from 'prepaint/engine'
import { printable } from './printable.ts'

type Say = (explanation: ExperienceExplanation) => string

/** Formats why a clause failed. */
export function clauseText(clause: FailedClause | undefined): string {
  if (!clause) return 'its audience is another one'
  const { path, expected, actual } = clause
  const has = actual === undefined ? 'nothing is known' : `it is ${JSON.stringify(actual)}`
  return `${path.join(' › ')} asks for ${JSON.stringify(expected)}, ${has}`
}

/** Each verdict in words. */
const verdicts: { readonly [Name in Verdict]: Say } = {
  won: ({ variant }) => `won, variant ${variant}`,
  behind: ({ variant }) => `would win if none before it had, variant ${variant}`,
  off: () => 'is switched off',
  scheduled: () => 'does not run at this time',
  unknown: ({ clause }) => `${(clause?.path ?? []).join(' › ')}: this visitor's profile is not known`,
  audience: ({ clause }) => clauseText(clause),
  'no-id': () => 'must know who asks, and nobody is known',
  namespace: () => 'this visitor is in another part of its namespace',
  coverage: () => 'this visitor is outside of its coverage',
  capped: () => 'was shown as often as it may be',
}

/** Formats each slot's decision, and why not the others. Text that visitors have sent is safe on a terminal. */
export function formatExplanation(slots: readonly SlotExplanation[], link?: { userId: string; until: string }): string {
  const width = Math.max(
    0,
    ...slots.flatMap(({ experiences }) => experiences.map(({ experience }) => experience.length)),
  )
  const lines = slots.flatMap(({ slot, reason, experiences }) => [
    `${slot}: ${reason}`,
    ...experiences.map((one) => `  ${one.experience.padEnd(width)}  ${printable(verdicts[one.verdict](one))}`),
  ])
  if (link) lines.unshift(`linked to user ${printable(link.userId)} until ${link.until}`)
  return `${lines.join('\n')}\n`
}
