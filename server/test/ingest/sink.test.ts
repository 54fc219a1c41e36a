import { expect, test } from 'vitest'
import type { StoredRecord } from '../../src/ingest/record.ts'
import { type EventSink, sinkOf, tellAppends, whileThereIsRoom } from '../../src/ingest/sink.ts'
import { LogError } from '../../src/streams/log.ts'
import { openLog } from '../support/open-log.ts'
import { readRecords } from '../support/read-events.ts'

const erasure = (visitorId: string): StoredRecord => ({ kind: 'erasure', site: 'site', visitorId, receivedMs: 1 })

test('what a sink has taken is in its log in order, and no records are none', async () => {
  const { log } = await openLog()
  const sink = sinkOf(log)
  await sink.append([])
  await Promise.all([sink.append([erasure('a'), erasure('b')]), sink.append([erasure('c')])])
  expect(await readRecords(log)).toEqual(['a', 'b', 'c'].map(erasure))
  await log.close()
})

test('a sink of a closed log rejects', async () => {
  const { log } = await openLog()
  await log.close()
  await expect(sinkOf(log).append([erasure('a')])).rejects.toThrow(LogError)
})

/** A sink that waits until the test lets it go on. */
function waitingSink() {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const taken: StoredRecord[] = []
  const sink: EventSink = {
    async append(records) {
      await promise
      taken.push(...records)
    },
  }
  return { sink, taken, end: () => resolve(undefined), fail: reject }
}

test('each record is told when it is on disk and before its sender knows, and none that is not', async () => {
  const { sink, end } = waitingSink()
  const told: string[] = []
  const telling = tellAppends(sink, (site, visitorId) => told.push(`${site} ${visitorId}`))
  const appended = telling.append([erasure('a'), erasure('b'), erasure('a')]).then(() => told.push('done'))
  await Promise.resolve()
  expect(told).toEqual([])
  end()
  await appended
  expect(told).toEqual(['site a', 'site b', 'site a', 'done'])
  const failing = waitingSink()
  failing.fail(new LogError('full'))
  await expect(tellAppends(failing.sink, () => told.push('never')).append([erasure('c')])).rejects.toThrow('full')
  expect(told).not.toContain('never')
})

test('while the disk is nearly full no event is taken, but an erasure is, and afterwards everything is', async () => {
  const { sink, taken, end } = waitingSink()
  end()
  let isLow = true
  const careful = whileThereIsRoom(sink, () => isLow)
  const event: StoredRecord = {
    ...{ kind: 'event', site: 'site', visitorId: 'a', receivedMs: 1, atMs: 1 },
    event: { type: 'page', messageId: 'm', timestamp: '2026-11-21T09:00:00.000Z' },
  }
  await expect(careful.append([erasure('a'), event])).rejects.toThrow(LogError)
  await careful.append([erasure('b')])
  isLow = false
  await careful.append([event])
  expect(taken).toEqual([erasure('b'), event])
})
