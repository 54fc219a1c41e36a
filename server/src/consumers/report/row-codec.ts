import type { Delivery } from '../../tally/tallies.ts'
import { DELIVERIES } from './contribution.ts'
import type { Assignment, Occurrence, Row } from './row.ts'

type AssignmentCells = readonly [
  ...[trial: number, arm: number, period: number, isFresh: 0 | 1, atMs: number, hash: string, outcome: number],
  ...[goals: readonly number[], primary: number, device: string, source: string],
]

type OccurrenceCells = readonly [
  ...[goal: number, user: number, key: string, atMs: number, isFromServer: 0 | 1, saidMs: number, value: number],
]

type RowCells = readonly [
  lastMs: number,
  assignments: readonly AssignmentCells[],
  occurrences: readonly OccurrenceCells[],
  rest?: Partial<Omit<Row, 'lastMs' | 'assignments' | 'occurrences'>>,
]

function assignmentCells(one: Assignment): AssignmentCells {
  const { trial, arm, period, isFresh, atMs, hash, outcome, goals, primary = -1, device, source } = one
  const number = DELIVERIES.indexOf(outcome as Delivery)
  return [trial, arm, period, isFresh ? 1 : 0, atMs, hash, number, goals, primary, device, source]
}

function assignmentOf(cells: AssignmentCells): Assignment {
  const [trial, arm, period, isFresh, atMs, hash, outcome, goals, primary, device, source] = cells
  return {
    ...{ trial, arm, period, isFresh: isFresh === 1, atMs, hash, outcome: DELIVERIES[outcome], goals },
    ...{ primary: primary < 0 ? undefined : primary, device, source },
  }
}

function occurrenceCells(one: Occurrence): OccurrenceCells {
  return [one.goal, one.user, one.key, one.atMs, one.isFromServer ? 1 : 0, one.saidMs, one.value]
}

function occurrenceOf([goal, user, key, atMs, isFromServer, saidMs, value]: OccurrenceCells): Occurrence {
  return { goal, user, key, atMs, isFromServer: isFromServer === 1, saidMs, value }
}

function isFilled([, value]: [string, unknown]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}

/** A row as text; what is empty is left out. */
export function encodeTallyRow({ lastMs, assignments, occurrences, ...rest }: Row): string {
  const filled = Object.entries(rest).filter(isFilled)
  const cells = [lastMs, assignments.map(assignmentCells), occurrences.map(occurrenceCells)]
  return JSON.stringify(filled.length === 0 ? cells : [...cells, Object.fromEntries(filled)])
}

/** Reads the time of the last event from a row's text, and nothing else. */
export function lastMsOf(text: string): number {
  return Number(text.slice(1, text.indexOf(',')))
}

/** Reverses {@link encodeTallyRow}. */
export function decodeTallyRow(text: string): Row {
  const [lastMs, assignments, occurrences, rest = {}] = JSON.parse(text) as RowCells
  return {
    ...{ seen: [], flawed: [], links: [], unlinkedMs: [], visitors: [] },
    ...rest,
    lastMs,
    assignments: assignments.map(assignmentOf),
    occurrences: occurrences.map(occurrenceOf),
  }
}
