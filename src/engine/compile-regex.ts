import type { TextTest } from './operator.ts'

/**
 * Compiles a pattern to a test that takes time linear in the text, because texts come from visitors.
 * @throws when it is no such pattern; the message is shown to the catalog's author.
 */
export type CompileRegex = (pattern: string, ignoresCase: boolean) => TextTest

/** Refuses all patterns: the engine has none of its own. */
export function noRegex(): never {
  throw new TypeError('regular expressions are not available here')
}
