import { expect, test } from 'vitest'
import { createGroupCommit } from '../../src/streams/file-log/group-commit.ts'
import type { LogRecord } from '../../src/streams/log.ts'
import { bytes, FRAME_BYTES } from '../support/open-log.ts'

/** Appends whose writes end when the test says so. */
function open() {
  const writes: { texts: string[]; end: (offset: number) => void; fail: (reason: Error) => void }[] = []
  const commit = createGroupCommit((records: readonly LogRecord[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    writes.push({ texts: records.map(({ payload }) => String(payload)), end: resolve, fail: reject })
    return promise
  })
  return { commit, writes, settle: () => new Promise(setImmediate) }
}

test('what comes during a write goes together in the next, each with the offset of its own first', async () => {
  const { commit, writes, settle } = open()
  const first = commit.append(bytes('a'))
  const others = [commit.append(bytes('bb', 'c')), commit.append(bytes('d'))]
  await settle()
  expect(writes.map(({ texts }) => texts)).toEqual([['a']])
  writes[0]?.end(100)
  expect(await first).toBe(100)
  await settle()
  expect(writes[1]?.texts).toEqual(['bb', 'c', 'd'])
  writes[1]?.end(200)
  expect(await Promise.all(others)).toEqual([200, 200 + 2 * FRAME_BYTES + 3])
})

test('a write that fails rejects its group alone, and the next one goes on', async () => {
  const { commit, writes, settle } = open()
  const failed = [commit.append(bytes('a'))]
  await settle()
  failed.push(commit.append(bytes('b')), commit.append(bytes('c')))
  const reason = new Error('EIO')
  writes[0]?.fail(reason)
  await expect(failed[0]).rejects.toBe(reason)
  await settle()
  const later = commit.append(bytes('d'))
  writes[1]?.fail(reason)
  for (const one of failed.slice(1)) await expect(one).rejects.toBe(reason)
  await settle()
  writes[2]?.end(0)
  expect([await later, writes[2]?.texts]).toEqual([0, ['d']])
})

test('no records are an append of their own', async () => {
  const { commit, writes, settle } = open()
  const appended = commit.append([])
  await settle()
  writes[0]?.end(7)
  expect([await appended, writes[0]?.texts]).toEqual([7, []])
})

test('it is idle before the first append, and again when the last has ended, however it ended', async () => {
  const { commit, writes, settle } = open()
  await commit.idle()
  const appended = commit.append(bytes('a')).catch(() => undefined)
  let isIdle = false
  const idle = commit.idle().then(() => (isIdle = true))
  await settle()
  expect(isIdle).toBe(false)
  writes[0]?.fail(new Error('EIO'))
  await Promise.all([appended, idle])
  expect(isIdle).toBe(true)
})

test('exactly 32 MiB may wait; a byte more is refused, and what waits is not lost by it', async () => {
  const { commit, writes, settle } = open()
  const largest = 1_048_576
  const first = commit.append(bytes('first'))
  await settle()
  const rest = 33_554_432 - 31 * (largest + FRAME_BYTES) - FRAME_BYTES
  const fitting = [...Array<number>(31).fill(largest), rest].map((size) => commit.append(bytes('x'.repeat(size))))
  await expect(commit.append(bytes('y'))).rejects.toThrow('the disk is too slow')
  writes[0]?.end(0)
  await first
  await settle()
  const next = commit.append(bytes('z'))
  writes[1]?.end(10)
  expect((await Promise.all(fitting)).length).toBe(32)
  await settle()
  writes[2]?.end(20)
  expect(await next).toBe(20)
})
