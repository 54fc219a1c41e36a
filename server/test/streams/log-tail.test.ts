import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listLogFiles } from '../../src/streams/file-log/log-files.ts'
import { type LogTail, openLogTail } from '../../src/streams/file-log/log-tail.ts'
import { bytes, ENTRY, FIRST, openLog, SEGMENT_BYTES, segmentName } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/start-service.ts'

async function next(tail: LogTail): Promise<string[]> {
  const found: string[] = []
  for await (const { payload } of tail.read()) found.push(Buffer.from(payload).toString())
  return found
}

function follow(directory: string, from = 0) {
  const gaps: [number, number][] = []
  return { gaps, tail: openLogTail({ directory, from, onGap: (start, end) => gaps.push([start, end]) }) }
}

test('a tail reads what comes, each record once, also in files that are begun meanwhile', async () => {
  const { log, directory } = await openLog({ segmentBytes: 2 * ENTRY })
  const { tail, gaps } = follow(directory)
  expect(await next(tail)).toEqual([])
  await log.append(bytes('one'))
  expect(await next(tail)).toEqual(['one'])
  expect(await next(tail)).toEqual([])
  await log.append(bytes('two'))
  await log.append(bytes('six', 'ten'))
  await log.append(bytes('bit'))
  expect(await next(tail)).toEqual(['two', 'six', 'ten', 'bit'])
  expect(gaps).toEqual([])
  await log.close()
})

test('wherever a file ends while it is written, a tail reads each record once and none that is not whole', async () => {
  const { log, directory } = await openLog()
  const all = Array.from({ length: 12 }, (_, index) => `record ${'x'.repeat(index * 7)}`)
  await log.append(bytes(...all))
  await log.close()
  const whole = await readFile(join(directory, FIRST))
  const cuts = fc
    .array(fc.nat(whole.length), { maxLength: 8 })
    .map((ends) => [...ends, whole.length].sort((a, b) => a - b))
  await fc.assert(
    fc.asyncProperty(cuts, async (ends) => {
      const copy = await temporaryDirectory()
      const { tail, gaps } = follow(copy)
      const found: string[] = []
      let from = 0
      for (const end of ends) {
        await appendFile(join(copy, FIRST), whole.subarray(from, end))
        from = end
        found.push(...(await next(tail)))
      }
      expect([found, gaps]).toEqual([all, []])
    }),
    { numRuns: 60 },
  )
})

test('a tail beside a log that is being written reads 20,000 records in order, each once', async () => {
  const { log, directory } = await openLog({ segmentBytes: 100_000 })
  const all = Array.from({ length: 20_000 }, (_, index) => `record ${index}`)
  const { tail, gaps } = follow(directory)
  const found: string[] = []
  let isWritten = false
  const writing = (async () => {
    for (let start = 0; start < all.length; start += 50) await log.append(bytes(...all.slice(start, start + 50)))
    isWritten = true
  })()
  let looks = 0
  for (let isLast = false; !isLast; looks++) {
    isLast = isWritten
    found.push(...(await next(tail)))
  }
  await writing
  expect(looks).toBeGreaterThan(5)
  expect([found.length, gaps]).toEqual([all.length, []])
  expect(found).toEqual(all)
  await log.close()
})

test('a damaged record is named once something stands behind it, and the tail goes on', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two', 'six'))
  await log.close()
  const path = join(directory, FIRST)
  const sound = await readFile(path)
  for (const [at, length] of [
    // In the payload, and in the header.
    [2 * ENTRY - 2, 1],
    [ENTRY + 4, 12],
  ] as const) {
    await writeFile(path, Buffer.from(sound).fill(0, SEGMENT_BYTES + at, SEGMENT_BYTES + at + length))
    const { tail, gaps } = follow(directory)
    expect([await next(tail), gaps]).toEqual([['one', 'six'], [[ENTRY, 2 * ENTRY]]])
  }
})

test('a torn end is waited for, and what its owner cuts from it is never shown', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two'))
  await log.close()
  await truncate(join(directory, FIRST), SEGMENT_BYTES + 2 * ENTRY - 1)
  const { tail, gaps } = follow(directory)
  expect(await next(tail)).toEqual(['one'])
  const { log: again } = await openLog({ directory })
  await again.append(bytes('six'))
  expect([await next(tail), gaps]).toEqual([['six'], []])
  await again.close()
})

test('what a failed write left behind the beginning of the next file is followed by the log as it is', async () => {
  const { log, directory } = await openLog({ segmentBytes: 1 })
  await log.append(bytes('one'))
  await log.close()
  // The writer gave this record up, and wrote it into the next file.
  const first = await readFile(join(directory, FIRST))
  await appendFile(join(directory, FIRST), first.subarray(SEGMENT_BYTES))
  const { tail } = follow(directory)
  expect(await next(tail)).toEqual(['one', 'one'])
  await writeFile(join(directory, segmentName(ENTRY)), '')
  const { log: other, directory: elsewhere } = await openLog({ minEnd: ENTRY })
  await other.append(bytes('two'))
  await other.close()
  await writeFile(join(directory, segmentName(ENTRY)), await readFile(join(elsewhere, segmentName(ENTRY))))
  expect(await next(tail)).toEqual(['two'])
})

test('files that were removed before they were read are told as a gap', async () => {
  const { log, directory } = await openLog({ segmentBytes: 1 })
  const { tail, gaps } = follow(directory)
  await log.append(bytes('one'))
  await log.append(bytes('two'))
  await rm(join(directory, FIRST))
  expect([await next(tail), gaps]).toEqual([['two'], [[0, ENTRY]]])
  await log.close()
})

test('the files of a log are listed with their beginnings, and read up to where the next one begins', async () => {
  const { log, directory } = await openLog({ segmentBytes: 1 })
  await log.append(bytes('one'))
  await log.append(bytes('two'))
  await log.close()
  const files = await listLogFiles(directory)
  expect(files.map(({ base }) => base)).toEqual([0, ENTRY])
  const texts: string[] = []
  for await (const { payload } of files[0]?.read(ENTRY) ?? []) texts.push(Buffer.from(payload).toString())
  expect(texts).toEqual(['one'])
})
