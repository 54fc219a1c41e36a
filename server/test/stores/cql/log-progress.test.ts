import { expect, test } from 'vitest'
import type { CqlRow, CqlSession } from '../../../src/stores/cql/driver/session.ts'
import { createLogProgress } from '../../../src/stores/cql/log-progress.ts'

/** A log whose rows lie in memory, and a clock. */
function openProgress() {
  const rows = new Map<string, CqlRow>()
  let nowMs = 0
  const session: Pick<CqlSession, 'execute' | 'executeAll'> = {
    execute(name, values) {
      const [verb, table = ''] = name.split(/(?=[A-Z])/)
      if (verb === 'write') rows.set(table, { epoch: values.at(-2), log_offset: values.at(-1) })
      return Promise.resolve(verb === 'read' ? rows.get(table) : undefined)
    },
    executeAll: () => Promise.resolve([]),
  }
  const open = () => createLogProgress({ session: () => session, logId: 'log', nowMs: () => nowMs })
  return { rows, open, pass: (ms: number) => (nowMs += ms) }
}

test('what was committed less than 30 s ago is folded again after a loss', async () => {
  const { open, pass } = openProgress()
  const progress = open()
  expect(await progress.read()).toEqual({ epoch: 1, offset: 0, from: 0, isNew: true })
  await progress.write({ epoch: 1, offset: 100 })
  pass(29_999)
  await progress.write({ epoch: 1, offset: 200 })
  expect(await open().read()).toEqual({ epoch: 1, offset: 200, from: 0 })
  pass(1)
  await progress.write({ epoch: 1, offset: 300 })
  expect(await open().read()).toEqual({ epoch: 1, offset: 300, from: 100 })
})

test('what was lost does not settle by the time that passes', async () => {
  const { open, pass } = openProgress()
  const progress = open()
  await progress.read()
  await progress.write({ epoch: 1, offset: 100 })
  await progress.read()
  pass(30_000)
  await progress.write({ epoch: 1, offset: 50 })
  expect(await open().read()).toMatchObject({ from: 0 })
})

test('while something is folded again the log is not folded less far than before', async () => {
  const { open } = openProgress()
  const progress = open()
  await progress.read()
  await progress.write({ epoch: 1, offset: 100 })
  await progress.write({ epoch: 1, offset: 50 })
  expect(await open().read()).toMatchObject({ offset: 100 })
})

test('in a keyspace that did not know it, all that is folded counts as settled, and what follows does not yet', async () => {
  const { rows, open } = openProgress()
  rows.set('Progress', { epoch: 4, log_offset: 70n })
  const progress = open()
  expect(await progress.read()).toEqual({ epoch: 4, offset: 70, from: 70 })
  await progress.write({ epoch: 4, offset: 90 })
  expect(await open().read()).toEqual({ epoch: 4, offset: 90, from: 70 })
})

test('a thousand commits a second are remembered by the second', async () => {
  const { open, pass } = openProgress()
  const progress = open()
  await progress.read()
  for (let offset = 1; offset <= 31_000; offset++, pass(1)) await progress.write({ epoch: 1, offset })
  expect(await open().read()).toEqual({ epoch: 1, offset: 31_000, from: 1 })
})
