import importSort from 'eslint-plugin-simple-import-sort'
import tseslint from 'typescript-eslint'
import { docComment } from './scripts/lint-doc-comment.mjs'

/** Everywhere. */
const everywhere = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
]

/** The tag is emitted as ES5 and counted in bytes: what needs a helper or a polyfill stays out. */
const plainCode = [
  { selector: 'SpreadElement', message: 'Emits a helper in ES5.' },
  {
    selector: ':function > RestElement, ObjectPattern > RestElement, ArrayPattern > RestElement',
    message: 'Emits a helper in ES5.',
  },
  { selector: 'ForOfStatement', message: 'Emits a helper in ES5.' },
  { selector: 'ArrayPattern', message: 'Needs iterables, which ES5 lacks.' },
  { selector: ':function[generator=true]', message: 'Emits a helper in ES5.' },
  { selector: ':function[async=true]', message: 'Emits a helper in ES5.' },
  { selector: 'ClassDeclaration, ClassExpression', message: 'Emits a helper in ES5.' },
  { selector: 'TemplateLiteral[expressions.length>0]', message: 'Emits concat() in ES5; write +.' },
  {
    selector:
      'CallExpression[callee.object.name="Object"][callee.property.name=/^(assign|entries|values|hasOwn|fromEntries)$/]',
    message: 'Not in ES5.',
  },
  {
    selector:
      'MemberExpression[property.name=/^(includes|startsWith|endsWith|find|findIndex|flatMap|replaceAll|padStart|closest|matchAll)$/]',
    message: 'Not in ES5 engines.',
  },
]

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/.svelte-kit/', 'dist/', 'server/dist/', 'out/'] },
  ...tseslint.configs.strict,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'simple-import-sort': importSort, local: { rules: { 'doc-comment': docComment } } },
    rules: {
      // Node, packages, ourselves from far to near; one block.
      'simple-import-sort/imports': ['error', { groups: [['^node:', '^@?\\w', '^\\.\\.', '^\\./']] }],
      'simple-import-sort/exports': 'error',
      'local/doc-comment': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'max-depth': ['error', 3],
      'max-lines': ['error', 360],
      'max-lines-per-function': ['error', { max: 85, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', ...everywhere],
      'no-template-curly-in-string': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.config.*'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['src/client/**', 'src/tag/**'],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, ...plainCode],
      'prefer-spread': 'off',
      'prefer-rest-params': 'off',
    },
  },
  {
    // A factory is counted with all of its closures, each of which is short.
    files: ['src/client/**', 'src/late/**', 'src/tv/**'],
    rules: { 'max-lines-per-function': ['error', { max: 120, skipComments: true, skipBlankLines: true }] },
  },
  // A table, which is read by its rows.
  { files: ['server/src/settings/settings.ts'], rules: { 'max-lines': 'off' } },
  { files: ['test/**', '**/test/**'], rules: { 'max-lines-per-function': 'off' } },
  {
    files: [
      'scripts/**',
      'bench/**',
      'test/fuzz/main.ts',
      'demo/**',
      'examples/**',
      'server/src/cli/**',
      'lab/cassandra/command.ts',
    ],
    rules: { 'no-console': 'off' },
  },
)
