import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { bytes, entries, FIRST, FRAME_BYTES, openLog, SEGMENT_BYTES } from '../support/open-log.ts'

test('reading what was appended last takes in its bytes and the header of the file, not what lies before', async () => {
  const { log, directory } = await openLog()
  onTestFinished(() => log.close())
  await log.append(bytes(...Array.from({ length: 1_000 }, (_none, index) => `${index}`.padEnd(100))))
  const from = log.end
  await log.append(bytes('new'))
  const file = await open(join(directory, FIRST), 'r')
  onTestFinished(() => file.close())
  const read = vi.spyOn(Object.getPrototypeOf(file) as typeof file, 'read')
  onTestFinished(() => read.mockRestore())
  expect(await entries(log, from)).toEqual([[from, 'new']])
  const sizes = read.mock.calls.map((call: readonly unknown[]) => call[2] as number)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(SEGMENT_BYTES + FRAME_BYTES + 3)
})
