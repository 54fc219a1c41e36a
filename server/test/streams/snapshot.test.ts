import { expect, test } from 'vitest'
import { bytes, entries, ENTRY, openLog, texts } from '../support/open-log.ts'

test('each file begins with the snapshot of its moment, before the records that begin it', async () => {
  let inForce = 'a-1'
  const snapshot = () => bytes(inForce)
  const { log, directory } = await openLog({ snapshot, segmentBytes: 3 * ENTRY })
  expect(await log.append(bytes('one', 'two'))).toBe(ENTRY)
  inForce = 'b-2'
  // The first file is full by now.
  expect(await log.append(bytes('tri'))).toBe(4 * ENTRY)
  expect(await log.append(bytes('for'))).toBe(5 * ENTRY)
  const all = ['a-1', 'one', 'two', 'b-2', 'tri', 'for']
  expect(await texts(log)).toEqual(all)
  await log.close()
  const { log: again } = await openLog({ directory, snapshot: () => bytes('c-3') })
  await again.append(bytes('fiv'))
  expect(await entries(again, 6 * ENTRY)).toEqual([
    [6 * ENTRY, 'c-3'],
    [7 * ENTRY, 'fiv'],
  ])
  expect(await texts(again)).toEqual([...all, 'c-3', 'fiv'])
  await again.close()
})

test('appends that share a write have their own offsets behind the snapshot', async () => {
  const { log } = await openLog({ snapshot: () => bytes('a-1', 'b-2') })
  const offsets = await Promise.all([log.append(bytes('one')), log.append(bytes('two')), log.append(bytes('tri'))])
  for (const [index, offset] of offsets.entries()) {
    const [[, text] = []] = await entries(log, offset)
    expect(text).toBe(['one', 'two', 'tri'][index])
  }
  await log.close()
})

test('a file that is begun without a record has no snapshot, and is no longer there when the log is opened again', async () => {
  let isFull = false
  const { log } = await openLog({ snapshot: () => (isFull ? bytes('new') : bytes('old')) })
  await log.append(bytes('one'))
  await log.trim?.({ upTo: log.end, olderThanMs: Infinity, maxBytes: 0 })
  expect(await texts(log, log.begin)).toEqual([])
  isFull = true
  await log.append(bytes('two'))
  expect(await texts(log, log.begin)).toEqual(['new', 'two'])
  await log.close()
})
