import { expect, test } from 'vitest'
import { createSteadyOutput } from '../../src/cli/steady-output.ts'

/** Standard output that has room only when the test says so. */
function slowOutput() {
  const listeners = new Map<string, () => void>()
  const written: string[] = []
  const stdout = {
    write: (text: string) => written.push(text) < 0,
    on: (event: string, listener: () => void) => listeners.set(event, listener),
  }
  return { written, stdout, emit: (event: string) => listeners.get(event)?.() }
}

test('small texts are written together, and those that follow wait for a slow reader', async () => {
  const { stdout, written, emit } = slowOutput()
  const output = createSteadyOutput({ stdout }, () => undefined)
  const line = 'x'.repeat(40_000)
  await output.write(line)
  expect(written).toEqual([])
  let isDone = false
  const writing = output.write(line).then(() => (isDone = true))
  await Promise.resolve()
  expect([written, isDone]).toEqual([[line + line], false])
  emit('drain')
  await writing
  expect(isDone).toBe(true)
})

test('when the reader has gone it is told once, nobody waits, and nothing more is written', async () => {
  const { stdout, written, emit } = slowOutput()
  let closings = 0
  const output = createSteadyOutput({ stdout }, () => (closings += 1))
  await output.write('one')
  const flushing = output.flush()
  emit('error')
  await flushing
  await output.write('two')
  await output.flush()
  expect([written, closings]).toEqual([['one'], 1])
})
