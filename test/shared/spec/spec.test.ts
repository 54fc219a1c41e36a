import { existsSync, readdirSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { columns, spec, table, text } from './read-spec.ts'

const root = new URL('../../../', import.meta.url)

/** A text in a cell, with what Markdown has to escape. */
const plain = (cell: string): string => cell.replaceAll(/\\(["|])/g, '$1')

const numberOf = (cell: string): number => Number(cell.replaceAll(/[,_]/g, ''))

const exists = (path: string): boolean => existsSync(new URL(path, root))

/** Titles of the tests in a source that run: not of those that are skipped or not written yet. */
function titlesIn(source: string): string[] {
  const titles: string[] = []
  function calls(expression: ts.Expression): string {
    if (ts.isCallExpression(expression)) return calls(expression.expression)
    return expression.getText()
  }
  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && /^test(\.each)?$/.test(calls(node.expression))) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('a.test.ts', source, ts.ScriptTarget.Latest, true))
  return titles
}

interface Invariant {
  number: number
  files: string[]
  isHeld: boolean
  tests: { file: string; title: string }[]
  /** The cell without what was understood of it. */
  rest: string
}

/** The tests in a cell: a file, then the titles of its tests. */
function readTests(cell: string): Pick<Invariant, 'tests' | 'rest'> {
  const tests: Invariant['tests'] = []
  const rest = cell.replaceAll(/`([^`]+)` ((?:“[^”]+”(?:, )?)+)/g, (_all, file: string, titles: string) => {
    for (const [, title = ''] of titles.matchAll(/“([^”]+)”/g)) tests.push({ file, title: plain(title) })
    return ''
  })
  return { tests, rest: rest.replaceAll(/[; ]/g, '') }
}

const invariants = table('Invariants').map(([number, , files = '', tests = '']): Invariant => {
  const isHeld = tests !== 'not yet'
  return {
    number: Number(number),
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => `src/${file}`),
    isHeld,
    ...readTests(isHeld ? tests : ''),
  }
})

test('the invariants are numbered without gaps', () => {
  expect(columns('Invariants')).toEqual(['#', 'Invariant', 'Held by', 'Tests'])
  expect(invariants.length).toBeGreaterThan(40)
  expect(invariants.map(({ number }) => number)).toEqual(invariants.map((_, index) => index + 1))
})

test('every invariant names the files that hold it and a test that runs, by its title', () => {
  const titles = new Map<string, string[]>()
  const isThere = ({ file, title }: { file: string; title: string }): boolean => {
    if (!titles.has(file)) titles.set(file, exists(file) ? titlesIn(text(file)) : [])
    return titles.get(file)?.includes(title) ?? false
  }
  for (const { number, files, tests, rest } of invariants.filter(({ isHeld }) => isHeld)) {
    expect({ number, rest, files: files.length > 0, tests: tests.length > 0 }).toEqual({
      number,
      rest: '',
      files: true,
      tests: true,
    })
    expect({
      number,
      missing: [...files.filter((file) => !exists(file)), ...tests.filter((one) => !isThere(one))],
    }).toEqual({
      number,
      missing: [],
    })
  }
})

test('what does not hold yet names neither a file nor a test', () => {
  const later = table('Invariants').filter((cells) => cells.some((cell) => cell.includes('not yet')))
  expect(later.map(([, text = '']) => text.split(':')[0])).toEqual([])
  for (const [, , files, tests] of later) expect([files, tests]).toEqual(['', 'not yet'])
})

const rows = table('Constants').map(([value = '', file = '', code = '']) => ({
  value: numberOf(value),
  file: `src/${file.replaceAll('`', '')}`,
  code: plain(code.replaceAll('`', '')),
}))

test('every constant has the value that it has in the code', () => {
  for (const { value, file, code } of rows) {
    expect(numberOf(/[\d_.]+$/.exec(code)?.[0] ?? '')).toBe(value)
    const [, after, ...more] = text(file).split(code)
    expect(after, `${code} in ${file}`).toMatch(/^[^\w.]/)
    expect(more, `${code} in ${file}`).toEqual([])
  }
})

test('every number that the tag and the late chunk name is among the constants', () => {
  const named = ['client', 'late'].flatMap((folder) =>
    readdirSync(new URL(`src/${folder}`, root))
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => {
        const file = `src/${folder}/${name}`
        const found = text(file).matchAll(/^(?:export )?const ([A-Z_]+ = [\d_.]+)$/gm)
        return [...found].map(([, code]) => `${file} ${code}`)
      }),
  )
  expect(named.length).toBeGreaterThan(20)
  const listed = rows.map(({ file, code }) => `${file} ${code}`)
  expect(named.filter((one) => !listed.includes(one))).toEqual(['src/client/bridge.ts BRIDGE_VERSION = 14'])
})

test('every time that the text names is one of the constants', () => {
  const times = [...spec.matchAll(/([\d,]+) ms/g)].map(([, number = '']) => numberOf(number))
  expect(times.length).toBeGreaterThan(10)
  // Of a test's title: how slow its service is.
  const values = [...rows.map(({ value }) => value), 900]
  expect(times.filter((ms) => !values.includes(ms))).toEqual([])
})

test('a test that is skipped or not written, and a text that is no title, hold nothing', () => {
  const source = `test('a', run); test.each([1])('b %i', run); test.skip('c', run); test.todo('d'); test.runIf(false)('e', run); test.skip.each([1])('f', run); run('g')`
  expect(titlesIn(source)).toEqual(['a', 'b %i'])
})
