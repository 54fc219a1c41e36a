import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines } from '../../src/transfer/read-lines.ts'
import { readRecords } from '../../src/transfer/read-records.ts'
import type { Row } from '../../src/transfer/row.ts'

async function recordsOf(text: string, delimiter = ','): Promise<Row<string[]>[]> {
  const rows: Row<string[]>[] = []
  async function* chunks() {
    yield Buffer.from(text)
  }
  for await (const row of readRecords(readLines(chunks()), delimiter)) rows.push(row)
  return rows
}

const contents = (rows: Row<string[]>[]) => rows.map(({ line, content, problem }) => [line, content ?? problem])

const value = fc.string().map((text) => text.replace(/[\r\0\uFEFF]/g, ''))
/** Quoted where it has to be, and sometimes where it has not. */
const quoted = (text: string): string =>
  /^[\w-]+$/.test(text) && text.length % 2 === 0 ? text : `"${text.replaceAll('"', '""')}"`

test('records come back as RFC 4180 writes them, also over several lines', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 10 }),
      fc.constantFrom(',', ';', '\t'),
      async (records, delimiter) => {
        const text = records.map((values) => values.map(quoted).join(delimiter)).join('\n')
        const rows = await recordsOf(text, delimiter)
        expect(rows.map(({ content, problem }) => content ?? problem)).toEqual(records)
        expect(rows.at(-1)?.end.offset).toBe(Buffer.byteLength(text))
      },
    ),
  )
})

test('a quote that is never closed costs its line, and the lines after it are read', async () => {
  const rows = await recordsOf('a,"b\nc,d\ne,f\n')
  expect(contents(rows)).toEqual([
    [1, 'has a quote that is not closed'],
    [2, ['c', 'd']],
    [3, ['e', 'f']],
  ])
})

test('a stray quote does not join its line with one that has another', async () => {
  const rows = await recordsOf('a,5" disk\nb,c\nd,3" disk\ne,f\n')
  expect(contents(rows)).toEqual([
    [1, 'has a quote within a value that does not begin with one'],
    [2, ['b', 'c']],
    [3, 'has a quote within a value that does not begin with one'],
    [4, ['e', 'f']],
  ])
})

test('a quote is looked for in 200 lines at most, and 10,000 bad lines are read in a few seconds', async () => {
  const beganMs = performance.now()
  const rows = await recordsOf('a,"b\n'.repeat(10_001))
  expect(rows.filter(({ problem }) => problem !== undefined)).toHaveLength(10_001)
  expect(performance.now() - beganMs).toBeLessThan(15_000)
})

test('blank lines are passed over, and a bad line within a record is bad by itself', async () => {
  const rows = await recordsOf('a,b\n\n  \nc,"d\n\0\ne,f')
  expect(contents(rows)).toEqual([
    [1, ['a', 'b']],
    [4, 'has a quote that is not closed'],
    [5, 'holds a NUL byte: the file is damaged, or is not UTF-8'],
    [6, ['e', 'f']],
  ])
})
