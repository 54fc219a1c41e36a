import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TV_FINDINGS } from '../../src/tv/finding.ts'
import { createFindingList } from '../../src/tv/finding-list.ts'

const root = new URL('../../../', import.meta.url)

/** Codes in the table of findings, with their severities. */
function told(): [code: string, severity: string][] {
  const [, table = ''] = readFileSync(new URL('docs/tv.md', root), 'utf8').split('### Findings')
  const rows = [...table.matchAll(/^\| (`[^|]+`) \| (error|warning|note) \|/gm)]
  return rows.flatMap(([, codes = '', severity = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']): [string, string] => [code, severity]),
  )
}

test('docs/tv.md has every finding with its severity, and no other', () => {
  expect(told().sort()).toEqual(Object.entries(TV_FINDINGS).sort())
})

test('every finding is told somewhere, and has a test', () => {
  const read = (folder: string): string =>
    readdirSync(new URL(folder, root), { recursive: true })
      .filter((name) => String(name).endsWith('.ts') && !/findings?\.(test\.)?ts$/.test(String(name)))
      .map((name) => readFileSync(new URL(`${folder}${String(name)}`, root), 'utf8'))
      .join('\n')
  const [source, tests] = [read('server/src/tv/'), read('server/test/tv/') + read('server/test/cli/')]
  const codes = Object.keys(TV_FINDINGS)
  expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([])
  expect(codes.filter((code) => !tests.includes(code))).toEqual([])
})

test('a list keeps twenty of each code, and counts errors', () => {
  const kept: string[] = []
  const list = createFindingList(({ code }) => kept.push(code))
  for (let count = 0; count < 30; count++) list.add({ code: 'tv_gap', message: '' })
  list.add({ code: 'tv_time', message: '' })
  expect([kept.length, list.kept().length, list.counts(), list.errors()]).toEqual([
    21,
    21,
    { tv_gap: 30, tv_time: 1 },
    1,
  ])
})
