import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CopyError } from '../../../src/stores/copy/copy-end.ts'
import { type CopyState, readCopyState, removeCopyState, writeCopyState } from '../../../src/stores/copy/copy-state.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const STATE: CopyState = {
  from: 'a',
  to: 'b',
  logs: [{ log: 'log', epoch: 1, offset: 7 }],
  place: '[1,["site","v"]]',
  done: { count: 1, sum: 'ff' },
  ended: 0,
}

const file = async (): Promise<string> => join(await temporaryDirectory(), 'state.json')

test('a state is read as it was written, over the one before, and is gone when it is removed', async () => {
  const path = await file()
  expect(await readCopyState(path, 'a', 'b')).toBeUndefined()
  await writeCopyState(path, { ...STATE, ended: 9 })
  await writeCopyState(path, STATE)
  expect(await readCopyState(path, 'a', 'b')).toEqual(STATE)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await removeCopyState(path)
  await removeCopyState(path)
  expect(await readCopyState(path, 'a', 'b')).toBeUndefined()
})

test('a draft that a crash has left is no state, and does not stay', async () => {
  const path = await file()
  await writeFile(`${path}.new`, 'half a')
  await chmod(`${path}.new`, 0o644)
  expect(await readCopyState(path, 'a', 'b')).toBeUndefined()
  await writeCopyState(path, STATE)
  expect(await readdir(join(path, '..'))).toEqual(['state.json'])
})

test('a copy that has not read its first piece has no place', async () => {
  const path = await file()
  const { from, to, logs, done, ended } = STATE
  const begun = { from, to, logs, done, ended }
  await writeCopyState(path, begun)
  expect(await readCopyState(path, 'a', 'b')).toEqual(begun)
})

test.each<[string, string, string]>([
  ['nothing', '', 'is no state of a copy'],
  ['half a state', JSON.stringify(STATE).slice(0, -5), 'is no state of a copy'],
  ['null', 'null', 'is of another copy, from undefined to undefined'],
  ['a list', '[]', 'is of another copy, from undefined to undefined'],
  ['a number', '7', 'is of another copy, from undefined to undefined'],
  ['another source', JSON.stringify({ ...STATE, from: 'x' }), 'is of another copy, from x to b'],
  ['another target', JSON.stringify({ ...STATE, to: 'x' }), 'is of another copy, from a to x'],
  ['the other direction', JSON.stringify({ ...STATE, from: 'b', to: 'a' }), 'is of another copy, from b to a'],
  ['no logs', JSON.stringify({ ...STATE, logs: undefined }), 'is no state of a copy'],
  ['logs that are no list', JSON.stringify({ ...STATE, logs: {} }), 'is no state of a copy'],
  ['no checksum', JSON.stringify({ ...STATE, done: null }), 'is no state of a copy'],
  ['a checksum that is none', JSON.stringify({ ...STATE, done: { count: 1, sum: 'xyz' } }), 'is no state of a copy'],
  [
    'a checksum that begins with another sign',
    JSON.stringify({ ...STATE, done: { count: 1, sum: 'xff' } }),
    'is no state of a copy',
  ],
  [
    'a checksum that ends with another sign',
    JSON.stringify({ ...STATE, done: { count: 1, sum: 'ffx' } }),
    'is no state of a copy',
  ],
  ['a count that is a text', JSON.stringify({ ...STATE, done: { count: '1', sum: 'ff' } }), 'is no state of a copy'],
  ['a place that is a list', JSON.stringify({ ...STATE, place: [1] }), 'is no state of a copy'],
  ['no number of what was left', JSON.stringify({ ...STATE, ended: undefined }), 'is no state of a copy'],
])('a file that holds %s is not gone on with, and says what to do', async (_name, text, why) => {
  const path = await file()
  await writeFile(path, text)
  const reading = readCopyState(path, 'a', 'b')
  await expect(reading).rejects.toThrow(CopyError)
  await expect(reading).rejects.toThrow(why)
  await expect(reading).rejects.toThrow('delete it')
})

test('a state that cannot be read is no copy that may begin anew', async () => {
  const path = await file()
  await mkdir(path)
  await expect(readCopyState(path, 'a', 'b')).rejects.toThrow('EISDIR')
})
