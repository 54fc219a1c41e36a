import { appendFile, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type EventLog, LogError } from '../src/streams/log.ts'
import { openSegments, type SegmentsOptions } from '../src/streams/segments.ts'
import { temporaryDirectory } from './start-service.ts'

const HEADER_BYTES = 8
const FIRST = '00000000000000000000.log'

function bytes(...texts: string[]): Uint8Array[] {
  return texts.map((text) => Buffer.from(text))
}

async function entries(log: EventLog, offset = 0): Promise<[offset: number, text: string][]> {
  const found: [number, string][] = []
  for await (const entry of log.read(offset)) found.push([entry.offset, Buffer.from(entry.payload).toString()])
  return found
}

async function texts(log: EventLog, offset = 0): Promise<string[]> {
  return (await entries(log, offset)).map(([, text]) => text)
}

async function openLog(options: Partial<SegmentsOptions> = {}): Promise<{ log: EventLog; directory: string }> {
  const directory = options.directory ?? (await temporaryDirectory())
  return { log: await openSegments({ ...options, directory }), directory }
}

test('entries are read in order, from any entry on, and again after a restart', async () => {
  const { log, directory } = await openLog()
  expect(await log.append(bytes('one', 'two'))).toBe(0)
  const third = await log.append(bytes('three'))
  expect(third).toBe(2 * (HEADER_BYTES + 3))
  expect(await entries(log)).toEqual([[0, 'one'], [11, 'two'], [22, 'three']])
  expect(await entries(log, third)).toEqual([[22, 'three']])
  expect(await entries(log, log.end)).toEqual([])
  await log.close()
  const { log: again } = await openLog({ directory })
  expect(again.end).toBe(35)
  expect(await again.append(bytes('four'))).toBe(35)
  expect(await texts(again)).toEqual(['one', 'two', 'three', 'four'])
  expect(await readdir(directory)).toEqual([FIRST, '00000000000000000035.log'])
  await again.close()
})

test('an entry larger than one read comes whole', async () => {
  const { log } = await openLog()
  const large = 'x'.repeat(1_048_576)
  await log.append(bytes('before', large, 'after'))
  expect((await texts(log)).map((text) => text.length)).toEqual([6, 1_048_576, 5])
  await log.close()
})

test('empty and oversized entries are refused', async () => {
  const { log } = await openLog()
  await expect(log.append(bytes(''))).rejects.toThrow(LogError)
  await expect(log.append([Buffer.alloc(1_048_577)])).rejects.toThrow(LogError)
  expect(log.end).toBe(0)
  await log.close()
})

test('a segment ends at its length and the next is named by its first offset', async () => {
  const { log, directory } = await openLog({ segmentBytes: 20 })
  for (const text of ['a', 'b', 'c', 'd']) await log.append(bytes(text))
  expect(await readdir(directory)).toEqual([FIRST, '00000000000000000027.log'])
  expect(await texts(log)).toEqual(['a', 'b', 'c', 'd'])
  expect(await texts(log, 27)).toEqual(['d'])
  await log.close()
})

test('a torn tail is cut at the last whole entry', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two'))
  await log.close()
  for (const sizeBytes of [21, 20, 19, 12]) {
    await truncate(join(directory, FIRST), sizeBytes)
    const damages: string[] = []
    const { log: again } = await openLog({ directory, onDamage: (damage) => damages.push(damage) })
    expect(damages).toEqual([expect.stringContaining(`is cut from 11 to ${sizeBytes}`)])
    expect(await texts(again)).toEqual(['one'])
    expect(again.end).toBe(11)
    await again.close()
    expect((await stat(join(directory, FIRST))).size).toBe(11)
    await appendFile(join(directory, FIRST), Buffer.alloc(sizeBytes - 11))
  }
})

test('zeros that a power cut left behind are no entries', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one'))
  await log.close()
  await appendFile(join(directory, FIRST), Buffer.alloc(4_096))
  const { log: again } = await openLog({ directory })
  expect(await entries(again)).toEqual([[0, 'one']])
  expect(again.end).toBe(11)
  await again.close()
})

test('every single flipped bit of the last entry is noticed', async () => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two'))
  await log.close()
  const path = join(directory, FIRST)
  const sound = await readFile(path)
  for (let bit = 11 * 8; bit < sound.length * 8; bit++) {
    const damaged = Buffer.from(sound)
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
    await writeFile(path, damaged)
    const { log: again } = await openLog({ directory })
    expect(await texts(again)).toEqual(['one'])
    await again.close()
  }
})

test('damage in an older segment hides nothing behind it', async () => {
  const { log, directory } = await openLog({ segmentBytes: 30 })
  await log.append(bytes('one'))
  await log.append(bytes('two'))
  await log.append(bytes('six'))
  await log.append(bytes('ten'))
  await log.close()
  const path = join(directory, FIRST)
  const damaged = await readFile(path)
  damaged[20] = 0
  await writeFile(path, damaged)
  const { log: again } = await openLog({ directory })
  expect(await entries(again)).toEqual([[0, 'one'], [22, 'six'], [33, 'ten']])
  await again.close()
})

test.each([0, 3, 4, 8, 10])('a flipped bit in byte %i of an entry costs that entry, is reported and stays', async (byte) => {
  const { log, directory } = await openLog()
  await log.append(bytes('one', 'two', 'six', 'ten'))
  await log.close()
  const path = join(directory, FIRST)
  const damaged = await readFile(path)
  damaged[11 + byte] = (damaged[11 + byte] as number) ^ 1
  await writeFile(path, damaged)
  const damages: string[] = []
  const { log: again } = await openLog({ directory, onDamage: (damage) => damages.push(damage) })
  expect(await entries(again)).toEqual([[0, 'one'], [22, 'six'], [33, 'ten']])
  expect(damages).toEqual([`the log is damaged from 11 to 22 (${path}): read on behind it`])
  expect(await readFile(path)).toEqual(damaged)
  expect(await again.append(bytes('new'))).toBe(44)
  expect(await texts(again, 22)).toEqual(['six', 'ten', 'new'])
  await again.close()
})

test('damage longer than one read is stepped over', async () => {
  const { log, directory } = await openLog()
  const large = Array.from({ length: 12 }, () => Buffer.alloc(1_000_000, 120))
  await log.append([...bytes('one'), ...large, ...bytes('two')])
  await log.close()
  const path = join(directory, FIRST)
  const damaged = await readFile(path)
  damaged.fill(0, 11, damaged.length - 11)
  await writeFile(path, damaged)
  const { log: again } = await openLog({ directory })
  expect(await texts(again)).toEqual(['one', 'two'])
  await again.close()
})

/** Opens real files whose next sync can be made to fail or to wait. */
function faultyDisk() {
  const disk = { failsSync: false, failsOpen: false, syncs: 0, beforeSync: async (): Promise<void> => undefined }
  const openFile: NonNullable<SegmentsOptions['openFile']> = async (path, flags) => {
    if (disk.failsOpen) throw new Error('EROFS')
    const handle = await open(path, flags)
    const datasync = handle.datasync.bind(handle)
    handle.datasync = async () => {
      disk.syncs++
      await disk.beforeSync()
      if (disk.failsSync) throw new Error('EIO')
      await datasync()
    }
    return handle
  }
  return { disk, openFile }
}

test('after a failed sync that segment is left alone and the next append begins another', async () => {
  const { disk, openFile } = faultyDisk()
  const { log, directory } = await openLog({ openFile })
  await log.append(bytes('one'))
  disk.failsSync = true
  await expect(log.append(bytes('lost'))).rejects.toThrow(LogError)
  expect(log.end).toBe(11)
  const failedSize = (await stat(join(directory, FIRST))).size
  disk.failsSync = false
  expect(await log.append(bytes('two'))).toBe(11)
  expect((await stat(join(directory, FIRST))).size).toBe(failedSize)
  expect(await entries(log)).toEqual([[0, 'one'], [11, 'two']])
  await log.close()
  const { log: again } = await openLog({ directory })
  expect(await entries(again)).toEqual([[0, 'one'], [11, 'two']])
  await again.close()
})

test('a log whose very first write failed goes on when the disk is back', async () => {
  const { disk, openFile } = faultyDisk()
  const { log, directory } = await openLog({ openFile })
  disk.failsSync = true
  await expect(log.append(bytes('lost'))).rejects.toThrow(LogError)
  disk.failsOpen = true
  await expect(log.append(bytes('lost too'))).rejects.toThrow(LogError)
  disk.failsSync = disk.failsOpen = false
  expect(await log.append(bytes('one'))).toBe(0)
  expect(await texts(log)).toEqual(['one'])
  expect(await readdir(directory)).toEqual([FIRST])
  await log.close()
})

test('appends that wait for a sync share the next one', async () => {
  const { disk, openFile } = faultyDisk()
  const { log } = await openLog({ openFile })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  disk.beforeSync = () => released
  const appends = Array.from({ length: 100 }, (_, index) => log.append(bytes(String(index).padStart(2, '0'))))
  release()
  expect(await Promise.all(appends)).toEqual(Array.from({ length: 100 }, (_, index) => index * 10))
  expect(disk.syncs).toBe(2)
  expect(await texts(log)).toHaveLength(100)
  await log.close()
})

test('a disk that stands still makes appends fail before they fill the memory', async () => {
  const { disk, openFile } = faultyDisk()
  const { log } = await openLog({ openFile })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  disk.beforeSync = () => released
  const payload = [Buffer.alloc(1_000_000, 1)]
  const appends = Array.from({ length: 35 }, () => log.append(payload).then(() => 'done', () => 'refused'))
  release()
  const results = await Promise.all(appends)
  // One is under way, 33 fit into 32 MiB.
  expect(results.filter((result) => result === 'refused')).toHaveLength(1)
  expect(results.at(-1)).toBe('refused')
  await log.close()
})

test('a log that lost its tail goes on behind what a consumer has seen', async () => {
  const { log, directory } = await openLog({ minEnd: 500 })
  expect(log.end).toBe(500)
  expect(await log.append(bytes('one'))).toBe(500)
  expect(await entries(log)).toEqual([[500, 'one']])
  await log.close()
  expect(await readdir(directory)).toEqual(['00000000000000000500.log'])
})

test('a closed log refuses appends and keeps those that were under way', async () => {
  const { log, directory } = await openLog()
  const append = log.append(bytes('one'))
  await log.close()
  expect(await append).toBe(0)
  await expect(log.append(bytes('two'))).rejects.toThrow(/closed/)
  const { log: again } = await openLog({ directory })
  expect(await texts(again)).toEqual(['one'])
  await again.close()
})
