import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createFileWindow } from '../../src/streams/file-log/file-window.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const CHUNK_BYTES = 4_194_304

/** A window over a file of so many bytes, each of which says where it is. */
async function windowOf(size: number, end = size) {
  const path = join(await temporaryDirectory(), 'file')
  const bytes = Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, at) => at)))
  await writeFile(path, bytes)
  const file = await open(path, 'r')
  onTestFinished(() => file.close())
  return { path, bytes, window: createFileWindow(file, end) }
}

test('of an empty file there is nothing to read', async () => {
  const { window } = await windowOf(0)
  expect([await window.read(0, 0), await window.read(0, 10)]).toEqual([Buffer.alloc(0), Buffer.alloc(0)])
})

test('bytes are what is there, fewer where the file ends, and none behind it', async () => {
  const { window, bytes } = await windowOf(100)
  for (const [position, size] of [
    [0, 1],
    [0, 100],
    [50, 10],
    [99, 1],
    [90, 20],
    [0, 200],
    [100, 1],
    [150, 5],
    [10, 0],
  ] as const) {
    expect([position, size, await window.read(position, size)]).toEqual([
      position,
      size,
      bytes.subarray(position, position + size),
    ])
  }
})

test('what lies behind the end that was given is not read, though the file has grown', async () => {
  const { window, bytes } = await windowOf(100, 40)
  expect(await window.read(30, 50)).toEqual(bytes.subarray(30, 40))
  expect(await window.read(40, 1)).toEqual(Buffer.alloc(0))
})

test('a read across two pieces, and one that is larger than a piece, come whole', async () => {
  const { window, bytes } = await windowOf(2 * CHUNK_BYTES + 100)
  for (const [position, size] of [
    [0, 10],
    [CHUNK_BYTES - 5, 10],
    [0, CHUNK_BYTES + 1],
    [5, 2 * CHUNK_BYTES],
    [2 * CHUNK_BYTES, 100],
  ] as const) {
    const found = await window.read(position, size)
    expect([position, found.equals(bytes.subarray(position, position + size))]).toEqual([position, true])
  }
})

test('what is at hand is given without a promise, also when one goes back', async () => {
  const { window } = await windowOf(100)
  expect(window.read(50, 10)).toBeInstanceOf(Promise)
  await window.read(50, 10)
  expect([window.read(60, 10), window.read(99, 5)].every(Buffer.isBuffer)).toBe(true)
  expect(window.read(0, 10)).toBeInstanceOf(Promise)
})

test('a file that was cut meanwhile gives what is left of it', async () => {
  const { window, path, bytes } = await windowOf(100)
  await truncate(path, 20)
  expect(await window.read(10, 50)).toEqual(bytes.subarray(10, 20))
  expect(await window.read(50, 10)).toEqual(Buffer.alloc(0))
})
