import type { Json, JsonObject } from '../../protocol/index.ts'

/** An event as features see it. */
export interface FeatureEvent {
  /** Name of what was tracked; of the other types of events `pp:` and the type, such as `pp:page`. */
  name: string
  /** Time of the event, in ms since 1970. */
  atMs: number
  /** Hash of its message id, in hex: orders the events of one instant. */
  hash: string
  /** Properties that the site has set. */
  properties: JsonObject
  /** True if it came with the site's server key; features `from: server` take no other. */
  isFromServer?: boolean
}

/**
 * A kind of feature: pure functions of plain data. The state is a function of the multiset of events, so `step` in any order gives
 * the same bytes, and `merge` of the states of two multisets gives the state of both together.
 */
export interface Kind<Definition, State extends Json> {
  /** Part of a feature's id: a kind whose states have another meaning takes the next number. */
  version: number
  /** State without an event; neutral in `merge`. */
  empty: State
  /** Adds an event that the definition names and whose `where` holds. Returns the same state if nothing changes. */
  step(definition: Definition, state: State, event: FeatureEvent): State
  /** Joins the states of two multisets of events; associative and commutative. */
  merge(definition: Definition, a: State, b: State): State
  /** Returns the value that conditions compare; undefined if there is none. */
  value(definition: Definition, state: State, nowMs: number): Json | undefined
  /**
   * Returns the first instant after `nowMs` at which time alone may change the value; undefined if none does.
   * @param definition of the feature
   * @param state as it is
   * @param nowMs the instant of the decision
   * @param bounds numbers that the value is compared with, in order: a value that changes all the time changes a decision only there
   */
  changesAtMs(definition: Definition, state: State, nowMs: number, bounds: readonly number[]): number | undefined
  /** Time that `value` and `changesAtMs` take together with the largest state, in ns; measured like the costs of operators. */
  costNs: number
  /** Returns the most bytes that a state has as JSON. */
  maxBytes(definition: Definition): number
}
