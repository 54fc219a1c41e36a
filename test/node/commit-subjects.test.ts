import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { commitsSince, subjectFlaws } from '../../scripts/commit-subjects.mjs'

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-commits-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

function git(directory: string, ...args: string[]): string {
  const name = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', [...name, ...args], { cwd: directory, encoding: 'utf8', stdio: 'pipe' }).trim()
}

/** A history with a commit of each subject; returns its directory and its first commit. */
async function history(...subjects: string[]): Promise<{ directory: string; first: string }> {
  const directory = await emptyDirectory()
  git(directory, 'init', '--quiet')
  for (const subject of subjects) git(directory, 'commit', '--quiet', '--allow-empty', '-m', subject)
  return { directory, first: git(directory, 'rev-list', '--max-parents=0', 'HEAD') }
}

test.each([
  'Open a store by its address, and load its adapter when it is needed',
  "docs: name every metric in the service's README, held by a test",
  'server/ingest: refuse a batch without events',
  'Feed the sampler what it needs',
  `Say ${'a'.repeat(68)}`,
])('"%s" is a good subject', (subject) => {
  expect(subjectFlaws(subject)).toEqual([])
})

test.each([
  ['open a store by its address', ['begins with neither a capital nor `area: `']],
  ['Open a store by its address.', ['ends with a full stop']],
  ['Opened a store by its address', ['"Opened" is not in the imperative']],
  ['docs: adds a metric', ['"adds" is not in the imperative']],
  [`Say ${'a'.repeat(69)}`, ['has 73 characters; at most 72']],
])('"%s" is refused', (subject, flaws) => {
  expect(subjectFlaws(subject)).toEqual(flaws)
})

test('the commits after the named one are listed, newest first', async () => {
  const { directory, first } = await history('One', 'Two', 'Three: of them')
  const commits = commitsSince(directory, first)
  expect(commits).toEqual([
    expect.objectContaining({ subject: 'Three: of them' }),
    expect.objectContaining({ subject: 'Two' }),
  ])
})

test('a shallow clone without the named commit says why it lists none', async () => {
  const { directory, first } = await history('One', 'Two')
  const clone = await emptyDirectory()
  git(clone, 'clone', '--quiet', '--depth=1', `file://${directory}`, 'shallow')
  expect(commitsSince(join(clone, 'shallow'), first)).toBe(`the history does not reach back to ${first.slice(0, 7)}`)
})

test('a folder without git says why it lists none', async () => {
  expect(commitsSince(await emptyDirectory())).toBe('this is no git checkout')
})
