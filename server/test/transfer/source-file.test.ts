import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Place } from '../../src/transfer/row.ts'
import { formatOf, openSource } from '../../src/transfer/source-file.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const line = `${'x'.repeat(99)}\n`
const MIDDLE: Place = { offset: 150_000, lines: 1_500 }

async function contentOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let content = ''
  for await (const chunk of chunks) content += chunk.toString()
  return content
}

test.each([
  ['a.ndjson', { kind: 'ndjson', isCompressed: false }],
  ['A.JSONL.GZ', { kind: 'ndjson', isCompressed: true }],
  ['a.b.csv', { kind: 'csv', isCompressed: false }],
  ['a.tsv.gz', { kind: 'csv', isCompressed: true, delimiter: '\t' }],
  ['a.json', undefined],
  ['csv', undefined],
])('%s is %j', (name, format) => {
  expect(formatOf(name)).toEqual(format)
})

test.each([false, true])('a file is read from any place on, compressed: %s', async (isCompressed) => {
  const file = join(await temporaryDirectory(), 'file')
  const text = Array.from({ length: 100_000 }, (_, index) => `${index}\n`).join('')
  await writeFile(file, isCompressed ? gzipSync(text) : text)
  for (const offset of [0, 1, 300_000, text.length]) {
    const source = await openSource(file, isCompressed)
    expect((await contentOf(source.chunks({ offset, lines: 0 }))) === text.slice(offset)).toBe(true)
    expect(source.readBytes() <= source.sizeBytes).toBe(true)
  }
})

test('a file is the same as long as its start is, and the place is behind a line', async () => {
  const file = join(await temporaryDirectory(), 'a.csv')
  await writeFile(file, line.repeat(2_000))
  const { headBytes, head } = await openSource(file, false)
  const isSame = async (): Promise<boolean> => (await openSource(file, false)).isSame(headBytes, head, MIDDLE)
  expect(await isSame()).toBe(true)
  await appendFile(file, line)
  expect(await isSame()).toBe(true)
  await writeFile(file, `${line.repeat(1_000)}another\n${line.repeat(1_000)}`)
  expect(await isSame()).toBe(false)
  await writeFile(file, `another\n${line.repeat(2_000)}`)
  expect(await isSame()).toBe(false)
  await writeFile(file, line)
  expect(await isSame()).toBe(false)
})

test('a file that is cut off while it is compressed is an error, not its end', async () => {
  const file = join(await temporaryDirectory(), 'a.csv.gz')
  await writeFile(file, gzipSync(line.repeat(2_000)).subarray(0, -20))
  const source = await openSource(file, true)
  await expect(contentOf(source.chunks({ offset: 0, lines: 0 }))).rejects.toThrow('unexpected end of file')
})
