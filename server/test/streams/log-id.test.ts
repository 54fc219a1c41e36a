import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLogId } from '../../src/streams/file-log/log-id.ts'
import { temporaryDirectory } from '../support/start-service.ts'

test('a log gets an id with its directory, for its user alone, and keeps it', async () => {
  const directory = await temporaryDirectory()
  const id = await readLogId(directory)
  expect([id, await readLogId(directory)]).toEqual([expect.stringMatching(/^[\da-f]{32}$/), id])
  expect([await readdir(directory), (await stat(join(directory, 'id'))).mode & 0o777]).toEqual([['id'], 0o600])
  await rm(join(directory, 'id'))
  expect(await readLogId(directory)).not.toBe(id)
})

test('an empty file, as a power cut may leave it, is no id, nor is a draft', async () => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'id'), '')
  await writeFile(join(directory, 'id.new'), 'half')
  expect(await readLogId(directory)).toMatch(/^[\da-f]{32}$/)
  expect(await readdir(directory)).toEqual(['id'])
})

test('an id that cannot be read is not made anew: it would be another log', async () => {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, 'id'))
  await expect(readLogId(directory)).rejects.toThrow('EISDIR')
  await expect(readLogId(join(directory, 'nowhere'))).rejects.toThrow('ENOENT')
})
