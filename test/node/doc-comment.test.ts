import { Linter } from 'eslint'
import { expect, test } from 'vitest'
import { docComment } from '../../scripts/lint-doc-comment.mjs'

function messages(code: string): string[] {
  const plugins = { local: { rules: { 'doc-comment': docComment } } }
  return new Linter().verify(code, [{ plugins, rules: { 'local/doc-comment': 'error' } }]).map(({ message }) => message)
}

test.each([
  ['/** What a page sends. */', 'What'],
  ['/**\n * Whether a page may ask.\n * @param page it\n */', 'Whether'],
  ['const limits = {\n  /** How long a page may wait, in ms. */\n  waitMs: 1,\n}', 'How'],
])('%j is refused for its first word', (code, word) => {
  expect(messages(code)).toEqual([`Begin a doc comment with a verb or its subject, not with "${word}".`])
})

test.each([
  '/** Returns what a page sends. */',
  '/** Whoever asks. */',
  '/* What a page sends. */',
  '// What a page sends.',
  'const text = "/** What a page sends. */"',
])('%j is allowed', (code) => {
  expect(messages(code)).toEqual([])
})
