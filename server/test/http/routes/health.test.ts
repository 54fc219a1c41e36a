import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeRecord } from '../../../src/ingest/record.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { EVENTS, SENT_AT, startService, temporaryDirectory } from '../../support/start-service.ts'

test('the service is ready once everything that was in the log at its start is folded', async () => {
  const directory = await temporaryDirectory()
  const log = await openSegments({ directory: `${directory}/log` })
  const event = { type: 'page', messageId: 'm', timestamp: SENT_AT } as const
  await log.append([encodeRecord({ kind: 'event', site: 'agency', visitorId: 'v', receivedMs: 1, atMs: 1, event })])
  const lmdb = openLmdbStore(`${directory}/profiles`)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const store = {
    ...lmdb,
    async commit(...args: Parameters<typeof lmdb.commit>) {
      await released
      await lmdb.commit(...args)
    },
  }
  const { url, service } = await startService({}, { log, store })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  release()
  await service.caughtUp()
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  expect((await lmdb.readFacts('agency', 'v'))?.pageViews).toBe(1)
})

test('what was learnt is known after a restart, and the tokens are valid still', async () => {
  const directory = await temporaryDirectory()
  const first = await startService({ dataDirectory: directory })
  const token = (await first.decide()).body.token as string
  await first.batch(token, [EVENTS.identify, EVENTS.order])
  await first.service.close()
  const second = await startService({ dataDirectory: directory })
  await second.service.caughtUp()
  const { body } = await second.decide({ token })
  expect(body.token).toBeUndefined()
  expect(body.slots['headline']).toMatchObject({ experience: 'thanks', tier: 'live' })
})

test('profiles that were deleted are folded anew from the log', async () => {
  const directory = await temporaryDirectory()
  const first = await startService({ dataDirectory: directory })
  const token = (await first.decide()).body.token as string
  await first.batch(token, [EVENTS.identify, EVENTS.order])
  await first.service.close()
  await rm(join(first.dataDirectory, 'profiles'), { recursive: true })
  const second = await startService({ dataDirectory: directory })
  await second.service.caughtUp()
  expect((await second.decide({ token })).body.slots['headline']).toMatchObject({ experience: 'thanks' })
})

test('damage in the log is told to the operator, and the events behind it are learnt', async () => {
  const directory = await temporaryDirectory()
  const first = await startService({ dataDirectory: directory })
  const token = (await first.decide()).body.token as string
  await first.batch(token, [EVENTS.page, EVENTS.identify, EVENTS.order])
  await first.service.close()
  await rm(join(first.dataDirectory, 'profiles'), { recursive: true })
  const [name] = (await readdir(join(first.dataDirectory, 'log'))) as [string]
  const segment = join(first.dataDirectory, 'log', name)
  const damaged = await readFile(segment)
  // In the first event's payload.
  damaged[130] = (damaged[130] as number) ^ 1
  await writeFile(segment, damaged)
  const second = await startService({ dataDirectory: directory })
  await second.service.caughtUp()
  expect((await second.decide({ token })).body.slots['headline']).toMatchObject({ experience: 'thanks' })
  const told = await second.logged(({ level }) => level === 50)
  expect(told['msg']).toMatch(/^the log is damaged from 0 to \d+ \(/)
})
