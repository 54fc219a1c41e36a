import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SegmentsOptions } from '../../src/streams/file-log/segments.ts'
import { LogError } from '../../src/streams/log.ts'
import { bytes, entries, ENTRY, FIRST, FRAME_BYTES, openLog, segmentName, texts } from '../support/open-log.ts'

test('entries are read in order, from any entry on, and again after a restart', async () => {
  const { log, directory } = await openLog()
  expect(await log.append(bytes('one', 'two'))).toBe(0)
  const third = await log.append(bytes('three'))
  expect(third).toBe(2 * ENTRY)
  expect(await entries(log)).toEqual([
    [0, 'one'],
    [ENTRY, 'two'],
    [2 * ENTRY, 'three'],
  ])
  expect(await entries(log, third)).toEqual([[2 * ENTRY, 'three']])
  expect(await entries(log, log.end)).toEqual([])
  await log.close()
  const { log: again } = await openLog({ directory })
  expect(again.end).toBe(3 * ENTRY + 2)
  expect(await again.append(bytes('four'))).toBe(3 * ENTRY + 2)
  expect(await texts(again)).toEqual(['one', 'two', 'three', 'four'])
  expect(await readdir(directory)).toEqual([FIRST, segmentName(3 * ENTRY + 2)])
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
  await expect(log.append(bytes('x'.repeat(1_048_577)))).rejects.toThrow(LogError)
  expect(log.end).toBe(0)
  await log.close()
})

test('a segment ends at its length and the next is named by its first offset', async () => {
  const { log, directory } = await openLog({ segmentBytes: 2 * FRAME_BYTES + 3 })
  for (const text of ['a', 'b', 'c', 'd']) await log.append(bytes(text))
  expect(await readdir(directory)).toEqual([FIRST, segmentName(3 * FRAME_BYTES + 3)])
  expect(await texts(log)).toEqual(['a', 'b', 'c', 'd'])
  expect(await texts(log, 3 * FRAME_BYTES + 3)).toEqual(['d'])
  await log.close()
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
  expect(log.end).toBe(ENTRY)
  const failedSize = (await stat(join(directory, FIRST))).size
  disk.failsSync = false
  expect(await log.append(bytes('two'))).toBe(ENTRY)
  expect((await stat(join(directory, FIRST))).size).toBe(failedSize)
  expect(await entries(log)).toEqual([
    [0, 'one'],
    [ENTRY, 'two'],
  ])
  await log.close()
  const { log: again } = await openLog({ directory })
  expect(await entries(again)).toEqual([
    [0, 'one'],
    [ENTRY, 'two'],
  ])
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
  expect(await Promise.all(appends)).toEqual(Array.from({ length: 100 }, (_, index) => index * (FRAME_BYTES + 2)))
  expect(disk.syncs).toBe(2)
  expect(await texts(log)).toHaveLength(100)
  await log.close()
})

test('a disk that stands still makes appends fail before they fill the memory', async () => {
  const { disk, openFile } = faultyDisk()
  const { log } = await openLog({ openFile })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  disk.beforeSync = () => released
  const payload = bytes('x'.repeat(1_000_000))
  const appends = Array.from({ length: 35 }, () =>
    log.append(payload).then(
      () => 'done',
      () => 'refused',
    ),
  )
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
  expect(await readdir(directory)).toEqual([segmentName(500)])
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
