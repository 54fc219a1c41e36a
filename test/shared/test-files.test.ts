import { globSync, readFileSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

interface Project {
  name: string
  include: string[]
  exclude: string[]
}

/** The projects of `vitest.config.ts`, read as text: importing it would start the guard that ends with the runner. */
function projects(): Project[] {
  const config = readFileSync(`${root}vitest.config.ts`, 'utf8')
  const patternsOf = (text: string, key: string): string[] =>
    [...(new RegExp(`${key}: \\[([^\\]]*)\\]`).exec(text)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
      ([, glob = '']) => glob,
    )
  return config
    .split('extends: true')
    .slice(1)
    .map((text) => ({
      name: /name: '(\w+)'/.exec(text)?.[1] ?? '',
      include: patternsOf(text, 'include'),
      exclude: patternsOf(text, 'exclude'),
    }))
}

function projectsOf(file: string): string[] {
  const matches = (globs: readonly string[]): boolean => globs.some((glob) => matchesGlob(file, glob))
  return projects().flatMap(({ name, include, exclude }) => (matches(include) && !matches(exclude) ? name : []))
}

test('each test file belongs to exactly one project, or it would not run or run twice', () => {
  const files = globSync('{test,server/test}/**/*.test.ts', { cwd: root })
  expect(files.length).toBeGreaterThan(100)
  const owners = files.map((file) => `${file}: ${projectsOf(file).join()}`)
  expect(owners.filter((line) => !/: \w+$/.test(line))).toEqual([])
})

test('a file in no project is found', () => {
  expect(projectsOf('server/test/any/a.test.ts')).toEqual(['server'])
  expect(projectsOf('server/test/cql/other/a.test.ts')).toEqual([])
})
