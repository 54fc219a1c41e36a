import { RE2JS } from 're2js'

/**
 * A pattern as the complete automaton of its language: it takes one step a character whatever the text is, and what it costs
 * is known before the first text comes.
 */
export interface Automaton {
  /** First characters of the classes, ascending; class 0 begins at 0. */
  bounds: Int32Array
  /** By state and class: the next state. The last class is the end of the text. */
  next: Uint16Array
  /** By state: 1 when the pattern has been found. */
  found: Uint8Array
}

/** Texts beyond it match no pattern. */
export const MAX_TEXT = 512

/** Steps of a pattern, so that one state is soon made. */
const MAX_PROGRAM = 500
const MAX_PATTERN = 1_000

/** Entries of a table, 2 bytes each: a pattern of words and classes has hundreds; what counts how often something came has thousands. */
const MAX_ENTRIES = 131_072
const MAX_STATES = 4_000

/** State of re2js; it exports no types of it. */
interface State {
  isMatch: boolean
}

interface Determiniser {
  failed: boolean
  classBounds: Int32Array
  makeState(pcs: readonly number[], flag: number, ids: readonly number[]): State | null
  step(state: State, cls: number, rune: number, anchor: number): State | null
  prog: { start: number }
}

const UNANCHORED = 0
const END_TEXT = -1
/** At the begin of the text, which is the begin of a line (re2js: `Utils.EMPTY_BEGIN_LINE | Utils.EMPTY_BEGIN_TEXT`). */
const AT_BEGIN = 1 | 4

function parse(pattern: string, ignoresCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (cause) {
    throw new TypeError(`no pattern that can be tested in linear time (RE2): ${(cause as Error).message}`, { cause })
  }
}

function tooLarge(): never {
  throw new TypeError('the pattern is too large: shorten its repetitions')
}

/**
 * Makes the automaton of a pattern, all of it. RE2's own makes its states when a text needs them and falls back to trying all
 * steps at once when there are too many: then one text of 512 characters took 7 ms, and 8 MB a pattern.
 * @throws TypeError for what RE2 does not take and for patterns whose automaton is too large; the message is for the author
 */
export function createAutomaton(pattern: string, ignoresCase: boolean): Automaton {
  if (pattern.length > MAX_PATTERN) throw new TypeError(`a pattern has at most ${MAX_PATTERN} characters`)
  const regex = parse(pattern, ignoresCase)
  if (regex.programSize() > MAX_PROGRAM) tooLarge()
  const dfa = regex.re2Input.dfa as unknown as Determiniser
  const start = dfa.failed ? null : dfa.makeState([dfa.prog.start], AT_BEGIN, [])
  if (!start) tooLarge()
  const bounds = dfa.classBounds
  const runes = [0, ...bounds, END_TEXT]
  const states = [start]
  const numbers = new Map<State, number>([[start, 0]])
  const numberOf = (state: State): number => {
    const known = numbers.get(state)
    if (known !== undefined) return known
    if (states.length >= MAX_STATES || states.length * runes.length >= MAX_ENTRIES) tooLarge()
    numbers.set(state, states.length)
    return states.push(state) - 1
  }
  const next: number[] = []
  for (const state of states) {
    for (const [cls, rune] of runes.entries()) {
      // What has been found stays found.
      const to = state.isMatch ? state : dfa.step(state, cls, rune, UNANCHORED)
      next.push(to ? numberOf(to) : tooLarge())
    }
  }
  return { bounds, next: Uint16Array.from(next), found: Uint8Array.from(states, ({ isMatch }) => (isMatch ? 1 : 0)) }
}

function classOf(bounds: Int32Array, rune: number): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bounds[middle] as number) <= rune) low = middle + 1
    else high = middle
  }
  return low
}

/** The test that an automaton makes. */
export function testOf({ bounds, next, found }: Automaton): (text: string) => boolean {
  const width = bounds.length + 2
  const latin = Uint16Array.from({ length: 256 }, (_none, rune) => classOf(bounds, rune))
  return (text) => {
    if (text.length > MAX_TEXT) return false
    let state = 0
    for (let at = 0; at < text.length; at++) {
      let rune = text.charCodeAt(at)
      if (rune > 0xd7ff) {
        rune = text.codePointAt(at) as number
        if (rune > 0xffff) at++
      }
      state = next[state * width + (rune < 256 ? (latin[rune] as number) : classOf(bounds, rune))] as number
      if (found[state] === 1) return true
    }
    return found[next[state * width + width - 1] as number] === 1
  }
}

/** The longest that a test takes, in ns: measured with tables that are in no cache, and rounded up. */
export function costNsOf({ bounds }: Automaton): number {
  return MAX_TEXT * (4 + 2 * Math.log2(bounds.length + 2))
}
