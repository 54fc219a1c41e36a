// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { withLock } from '../../../src/late/lock.ts'

function setLocks(request: unknown): void {
  Object.defineProperty(navigator, 'locks', { value: request && { request }, configurable: true })
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'locks')
})

test.each([
  ['grants the lock', (_name: string, work: () => Promise<void>) => work()],
  ['refuses it, as where storage is forbidden,', () => Promise.reject(new DOMException('', 'SecurityError'))],
  ['knows no locks', undefined],
])('the work is done once if the browser %s', async (_what, request) => {
  setLocks(request)
  const work = vi.fn(() => Promise.resolve())
  await withLock('pp.flush', work)
  expect(work).toHaveBeenCalledTimes(1)
})

test('work that fails under the lock is not done again', async () => {
  setLocks((_name: string, work: () => Promise<void>) => work())
  const work = vi.fn(() => Promise.reject(new Error('failed')))
  await expect(withLock('pp.flush', work)).rejects.toThrow('failed')
  expect(work).toHaveBeenCalledTimes(1)
})
