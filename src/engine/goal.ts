import type { Selection } from './features/definition.ts'

/** An event that an experience is to bring about, and its value for the brand. */
export interface Goal extends Selection {
  /** Id of the definition: another meaning under the same name is another goal. */
  id: string
  /** The goal's name in the catalog. */
  name: string
  /** The property whose value is added up; names of nested ones are joined by dots. Absent: each event counts 1. */
  of?: string
  /** Currency of the values, as ISO 4217 has it; an event that names another one is not counted. Absent: no event's currency is looked at. */
  currency?: string
  /** The most that one visitor counts for, in units of the value; absent only if there is no value. */
  most?: number
  /** Time after the first assignment in which an event counts, in ms. */
  withinMs: number
  /** The property that names one occurrence: events with the same value of it count once. Absent: each message counts once. */
  by?: string
  /** True: a verdict may rest on what browsers say. Absent: only on what servers have confirmed (`from`). */
  acceptsBrowsers?: true
  /** True for the one goal that verdicts are about. */
  isPrimary?: true
}
