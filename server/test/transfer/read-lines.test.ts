import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_LINE_BYTES, readLines } from '../../src/transfer/read-lines.ts'
import { type Place, type Row, START } from '../../src/transfer/row.ts'

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  for (let piece = 0; at < bytes.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function rowsOf(bytes: Buffer, { sizes = [65_536], from = START }: { sizes?: number[]; from?: Place } = {}) {
  const rows: Row<string>[] = []
  for await (const row of readLines(inPieces(bytes.subarray(from.offset), sizes), from)) rows.push(row)
  return rows
}

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\0\uFEFF]/g, ''))

test('lines come as they stand in the file, however it arrives and however they end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (lines, end, isEnded, sizes) => {
        const text = lines.join(end) + (isEnded ? end : '')
        const rows = await rowsOf(Buffer.from(text), { sizes })
        // Behind the last end of a line there is no line.
        const expected = isEnded || lines.at(-1) !== '' ? lines : lines.slice(0, -1)
        expect(rows.map(({ content }) => content)).toEqual(expected)
        expect(rows.map((row) => row.line)).toEqual(expected.map((_line, index) => index + 1))
        expect(rows.at(-1)?.end.offset ?? 0).toBe(Buffer.byteLength(text))
      },
    ),
  )
})

test('whoever goes on behind any line reads what is left, with the same numbers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.nat(), async (lines, nth) => {
      const bytes = Buffer.from(`${lines.join('\n')}\n`)
      const all = await rowsOf(bytes)
      const index = nth % all.length
      expect(await rowsOf(bytes, { from: all[index]?.end as Place })).toEqual(all.slice(index + 1))
    }),
  )
})

test('a byte order mark at the start of a file is no part of its first line', async () => {
  const rows = await rowsOf(Buffer.from('\uFEFFa\n\uFEFFb'))
  expect(rows.map(({ content }) => content)).toEqual(['a', '\uFEFFb'])
})

test('a line of 2 MB costs itself, and nothing of it is kept', async () => {
  const rows = await rowsOf(Buffer.from(`a\n${'x'.repeat(2_000_000)}\nb\n`))
  expect(rows).toMatchObject([
    { content: 'a' },
    { line: 2, text: '', problem: `is longer than ${MAX_LINE_BYTES} bytes` },
    { line: 3, content: 'b' },
  ])
  const [row] = await rowsOf(Buffer.from('x'.repeat(MAX_LINE_BYTES)))
  expect(row?.problem).toBeUndefined()
})

test.each([
  ['NUL bytes', Buffer.from('a\0b'), 'holds a NUL byte: the file is damaged, or is not UTF-8'],
  ['UTF-16', Buffer.from('ab', 'utf16le'), 'holds a NUL byte: the file is damaged, or is not UTF-8'],
  ['Latin 1', Buffer.from('Käse', 'latin1'), 'is not UTF-8'],
])('a line of %s is a problem, and the next one is read', async (_name, bytes, problem) => {
  const rows = await rowsOf(Buffer.concat([bytes, Buffer.from('\nnext')]))
  expect(rows).toMatchObject([{ line: 1, problem }, { line: 2 }])
})
