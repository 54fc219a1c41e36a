import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withProgress } from '../../src/cli/progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what takes longer than two seconds says what it waits for, and no more once it is done', async () => {
  const said: string[] = []
  const io = { stdout: said, stderr: { write: (text: string) => said.push(text) }, env: {}, ended: Promise.resolve() }
  const { promise, resolve } = Promise.withResolvers<string>()
  const work = withProgress(io as never, 'waiting for www.brand.example', promise)
  vi.advanceTimersByTime(1_999)
  expect(said).toEqual([])
  vi.advanceTimersByTime(2_001)
  expect(said).toEqual(['waiting for www.brand.example: 2 s\n', 'waiting for www.brand.example: 4 s\n'])
  resolve('done')
  expect(await work).toBe('done')
  vi.advanceTimersByTime(10_000)
  expect(said).toHaveLength(2)
})
