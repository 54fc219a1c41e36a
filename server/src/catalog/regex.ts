import type { CompileRegex } from 'prepaint/engine'
import { type Automaton, costNsOf, createAutomaton, testOf } from './pattern.ts'

/** Entries of all tables of a catalog, 2 bytes each. */
const MAX_ENTRIES = 4_194_304

/**
 * Compiles patterns to automata that take time linear in the text: visitors write the texts, and a pattern that backtracks can hold
 * the process for minutes. RE2 has no look-around and no back-references.
 * @param automata those that are there already; what is made is added
 */
export function createRegexCompiler(automata = new Map<string, Automaton>()): CompileRegex {
  let entries = 0
  return (pattern, ignoresCase) => {
    const key = `${ignoresCase ? 'i' : '-'}${pattern}`
    let automaton = automata.get(key)
    if (!automaton) {
      automaton = createAutomaton(pattern, ignoresCase)
      entries += automaton.next.length
      if (entries > MAX_ENTRIES)
        throw new TypeError('the patterns up to this one are too large together: shorten their repetitions')
      automata.set(key, automaton)
    }
    return Object.assign(testOf(automaton), { costNs: costNsOf(automaton) })
  }
}

/** Compiles one pattern after the other, keeping none. */
export const compileRegex: CompileRegex = (pattern, ignoresCase) => createRegexCompiler()(pattern, ignoresCase)
