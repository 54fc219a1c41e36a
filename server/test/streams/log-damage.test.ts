import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  bytes,
  entries,
  ENTRY,
  FIRST,
  FRAME_BYTES,
  openLog,
  SEGMENT_BYTES,
  segmentName,
  texts,
} from '../support/open-log.ts'

test('a torn tail is cut at the last whole entry, and what is cut is kept aside', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two'))
  await log.close()
  const whole = await readFile(join(directory, FIRST))
  for (let sizeBytes = whole.length - 1; sizeBytes > SEGMENT_BYTES + ENTRY; sizeBytes--) {
    await writeFile(join(directory, FIRST), whole.subarray(0, sizeBytes))
    const damages: string[] = []
    const { log: again } = await openLog({ directory, onDamage: (damage) => damages.push(damage) })
    const aside = `${join(directory, FIRST)}.cut-${ENTRY}`
    expect(damages).toEqual([
      expect.stringMatching(`is cut from ${ENTRY} to ${sizeBytes - SEGMENT_BYTES} .* kept in ${aside}`),
    ])
    expect(await readFile(aside)).toEqual(whole.subarray(SEGMENT_BYTES + ENTRY, sizeBytes))
    await rm(aside)
    expect(await texts(again)).toEqual(['one'])
    expect(again.end).toBe(ENTRY)
    await again.close()
    expect((await stat(join(directory, FIRST))).size).toBe(SEGMENT_BYTES + ENTRY)
  }
})

test('what was cut before is never written over', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one'))
  await log.close()
  for (const tail of ['first', 'second', 'third']) {
    await appendFile(join(directory, FIRST), tail)
    await (await openLog({ directory })).log.close()
  }
  const asides = (await readdir(directory)).filter((name) => name !== FIRST).sort()
  expect(await Promise.all(asides.map((name) => readFile(join(directory, name), 'utf8')))).toEqual([
    'first',
    'second',
    'third',
  ])
})

test('zeros that a power cut left behind are no entries, and are not kept', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one'))
  await log.close()
  await appendFile(join(directory, FIRST), Buffer.alloc(4_096))
  const { log: again } = await openLog({ directory })
  expect(await entries(again)).toEqual([[0, 'one']])
  expect(again.end).toBe(ENTRY)
  await again.close()
  expect(await readdir(directory)).toEqual([FIRST])
})

function withFlippedBit(sound: Buffer, bit: number): Buffer {
  const damaged = Buffer.from(sound)
  damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
  return damaged
}

test('every single flipped bit of a log is told, and costs the entry in whose payload it is, or nothing', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two', 'six'))
  await log.close()
  const path = join(directory, FIRST)
  const sound = await readFile(path)
  for (let bit = SEGMENT_BYTES * 8; bit < sound.length * 8; bit++) {
    await writeFile(path, withFlippedBit(sound, bit))
    const damages: string[] = []
    const { log: again } = await openLog({ directory, onDamage: (damage) => damages.push(damage) })
    const place = (bit >> 3) - SEGMENT_BYTES
    const lost = place % ENTRY < FRAME_BYTES ? -1 : Math.floor(place / ENTRY)
    expect(await texts(again)).toEqual(['one', 'two', 'six'].filter((_text, index) => index !== lost))
    expect(damages).toHaveLength(1)
    expect(await readFile(path)).toEqual(withFlippedBit(sound, bit))
    expect(again.end).toBe(3 * ENTRY)
    await again.close()
  }
})

test('every single flipped bit before the first entry costs nothing', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one'))
  await log.close()
  const path = join(directory, FIRST)
  const sound = await readFile(path)
  for (let bit = 0; bit < SEGMENT_BYTES * 8; bit++) {
    await writeFile(path, withFlippedBit(sound, bit))
    const { log: again } = await openLog({ directory })
    expect(await texts(again)).toEqual(['one'])
    await again.close()
  }
})

test('damage in an older segment hides nothing behind it', async () => {
  const { log, directory } = await openLog({ segmentBytes: 3 * ENTRY - 3 })
  await log.append(bytes('one'))
  await log.append(bytes('two'))
  await log.append(bytes('six'))
  await log.append(bytes('ten'))
  await log.close()
  const path = join(directory, FIRST)
  const damaged = await readFile(path)
  damaged[SEGMENT_BYTES + 2 * ENTRY - 2] = 0
  await writeFile(path, damaged)
  const { log: again } = await openLog({ directory })
  expect(await entries(again)).toEqual([
    [0, 'one'],
    [2 * ENTRY, 'six'],
    [3 * ENTRY, 'ten'],
  ])
  await again.close()
})

test('damage longer than one read is stepped over in a finished segment', async () => {
  const { log, directory } = await openLog()
  const large = Array.from({ length: 12 }, () => 'x'.repeat(1_000_000))
  await log.append(bytes('one', ...large, 'two'))
  await log.close()
  const { log: next } = await openLog({ directory })
  await next.append(bytes('six'))
  await next.close()
  const path = join(directory, FIRST)
  const damaged = await readFile(path)
  damaged.fill(0, SEGMENT_BYTES + ENTRY, damaged.length - ENTRY)
  await writeFile(path, damaged)
  const { log: again } = await openLog({ directory })
  expect(await texts(again)).toEqual(['one', 'two', 'six'])
  await again.close()
})

test('behind damage that is longer than a bit nothing of the last segment is read; it is kept aside, and its offsets are never given again', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two', 'six', 'ten'))
  await log.close()
  const path = join(directory, FIRST)
  const damaged = await readFile(path)
  damaged.fill(0, SEGMENT_BYTES + ENTRY, SEGMENT_BYTES + ENTRY + 20)
  await writeFile(path, damaged)
  const damages: string[] = []
  for (let start = 0; start < 3; start++) {
    const { log: again } = await openLog({ directory, onDamage: (damage) => damages.push(damage) })
    expect([await entries(again), again.end]).toEqual([[[0, 'one']], 4 * ENTRY])
    await again.close()
  }
  expect(damages).toEqual([expect.stringContaining(`is cut from ${ENTRY} to ${4 * ENTRY}`)])
  expect(await readFile(`${path}.cut-${ENTRY}`)).toEqual(damaged.subarray(SEGMENT_BYTES + ENTRY))
  const { log: again } = await openLog({ directory })
  expect(await again.append(bytes('new'))).toBe(4 * ENTRY)
  expect(await entries(again)).toEqual([
    [0, 'one'],
    [4 * ENTRY, 'new'],
  ])
  await again.close()
})

test('a segment of which both headers are damaged is set aside whole when it is the last, and passed over when it is not', async () => {
  const { log, directory } = await openLog({ segmentBytes: 1 })
  await log.append(bytes('one'))
  await log.append(bytes('two'))
  await log.append(bytes('six'))
  await log.close()
  for (const name of [segmentName(ENTRY), segmentName(2 * ENTRY)]) {
    const bytesOf = await readFile(join(directory, name))
    for (const byte of [10, 50]) bytesOf[byte] = (bytesOf[byte] as number) ^ 1
    await writeFile(join(directory, name), bytesOf)
  }
  const damages: string[] = []
  const { log: again } = await openLog({ directory, onDamage: (damage) => damages.push(damage) })
  expect(damages).toEqual([expect.stringContaining('is kept in')])
  expect([await entries(again), again.end]).toEqual([[[0, 'one']], 3 * ENTRY])
  expect(await again.append(bytes('new'))).toBe(3 * ENTRY)
  expect(await entries(again)).toEqual([
    [0, 'one'],
    [3 * ENTRY, 'new'],
  ])
  await again.close()
})
