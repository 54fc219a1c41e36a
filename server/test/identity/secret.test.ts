import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { findSecret, MIN_SECRET_LENGTH, readSecret } from '../../src/identity/secret.ts'

let directory = ''
let path = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-secret-'))
  path = join(directory, 'secret')
  onTestFinished(() => rm(directory, { recursive: true }))
})

test('a secret is found only after the first start has made it, and every later start reads the same', async () => {
  expect(await findSecret(directory)).toBeUndefined()
  const secret = await readSecret(directory)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect([await findSecret(directory), await readSecret(directory)]).toEqual([secret, secret])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('two directories get two secrets', async () => {
  const other = join(directory, 'other')
  await mkdir(other)
  expect(await readSecret(other)).not.toBe(await readSecret(directory))
})

test('a secret that was put there is taken without the space around it', async () => {
  const secret = 'x'.repeat(MIN_SECRET_LENGTH)
  await writeFile(path, `  ${secret}\r\n\n`)
  expect([await findSecret(directory), await readSecret(directory)]).toEqual([secret, secret])
})

test('a secret may be long', async () => {
  await writeFile(path, 'x'.repeat(100_000))
  expect(await findSecret(directory)).toHaveLength(100_000)
})

test.each(['', '\n', 'x'.repeat(MIN_SECRET_LENGTH - 1), `${' '.repeat(100)}x`])(
  'a secret of fewer than 32 characters (%j) is refused with its place, and kept',
  async (text) => {
    await writeFile(path, text)
    const refusal = `${path} has fewer than 32 characters: restore it, or delete it to forget all`
    await expect(findSecret(directory)).rejects.toThrow(refusal)
    await expect(readSecret(directory)).rejects.toThrow(refusal)
    expect((await stat(path)).size).toBe(text.length)
  },
)

test('what cannot be read is no missing secret: nothing is put in its place', async () => {
  await mkdir(path)
  await expect(findSecret(directory)).rejects.toThrow('EISDIR')
  await expect(readSecret(directory)).rejects.toThrow('EISDIR')
})

test('no secret is made in a directory that is not there', async () => {
  const missing = join(directory, 'missing')
  expect(await findSecret(missing)).toBeUndefined()
  await expect(readSecret(missing)).rejects.toThrow('ENOENT')
})
