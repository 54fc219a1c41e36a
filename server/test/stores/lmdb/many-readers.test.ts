import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fold } from '../../../src/profiles/fold.ts'
import type { Profile } from '../../../src/profiles/profile.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import { LMDB_EPOCH } from '../../../src/stores/lmdb/lmdb-meta.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const FIXTURE = fileURLToPath(new URL('../../support/reader-fixture.ts', import.meta.url))

const ROWS = 400

async function openWriter(): Promise<{ store: ProfileStore; directory: string; sizeBytes(): number }> {
  const directory = await temporaryDirectory()
  const store = openLmdbStore(directory)
  onTestFinished(() => store.close())
  await write(store, 0, 1)
  return { store, directory, sizeBytes: () => statSync(join(directory, 'data.mdb')).size }
}

/** A profile of 10 KB that was seen so often. */
function profileOf(pageViews: number): Profile {
  const profile = fold(undefined, { event: { type: 'page', messageId: 'm', timestamp: '' }, atMs: 5_000 }) as Profile
  return { ...profile, pageViews, traits: { text: 'x'.repeat(10_000) } }
}

/** Writes a visitor for each number below `rows`, at least one, all seen so often. */
async function write(store: ProfileStore, rows: number, pageViews: number): Promise<void> {
  const writes = Array.from({ length: Math.max(1, rows) }, (_, index) => ({
    site: 'site',
    visitorId: `v-${index}`,
    profile: profileOf(pageViews),
    position: { epoch: LMDB_EPOCH, offset: pageViews, writtenUs: pageViews },
  }))
  await store.commit(writes, { epoch: LMDB_EPOCH, offset: pageViews })
}

function startReader(directory: string): ChildProcess {
  const child = fork(FIXTURE, [directory], { execArgv: ['--conditions=source'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function read(reader: ChildProcess, id: string, holds = false): Promise<unknown> {
  const answered = once(reader, 'message')
  reader.send({ id, holds })
  const [pageViews] = (await answered) as [unknown]
  return pageViews
}

test('a reader in another process sees each commit in its next turn, also in what the file has grown by', async () => {
  const { store, directory, sizeBytes } = await openWriter()
  const reader = startReader(directory)
  expect(await read(reader, 'v-0')).toBe(1)
  const smallBytes = sizeBytes()
  // 80 MB: more than was mapped when the reader opened it.
  for (let pageViews = 2; pageViews <= 3; pageViews++) await write(store, 4_000, pageViews)
  expect(sizeBytes()).toBeGreaterThan(smallBytes + 40_000_000)
  for (const id of ['v-0', 'v-3999']) expect(await read(reader, id)).toBe(3)
})

test('a reader that is killed keeps no pages from being used again', async () => {
  const { store, directory, sizeBytes } = await openWriter()
  for (let pageViews = 1; pageViews <= 3; pageViews++) await write(store, ROWS, pageViews)
  const reader = startReader(directory)
  expect(await read(reader, 'v-0', true)).toBe(3)
  const beforeBytes = sizeBytes()
  for (let pageViews = 4; pageViews <= 8; pageViews++) await write(store, ROWS, pageViews)
  // So the test sees something: what the reader may still look at is not written over.
  const heldBytes = sizeBytes()
  expect(heldBytes).toBeGreaterThan(beforeBytes + 10_000_000)
  const gone = once(reader, 'exit')
  reader.kill('SIGKILL')
  await gone
  store.freeDeadReaders?.()
  for (let pageViews = 9; pageViews <= 20; pageViews++) await write(store, ROWS, pageViews)
  expect(sizeBytes()).toBeLessThan(heldBytes + 10_000_000)
  await vi.waitFor(() => expect(store.readFacts('site', 'v-0')).toMatchObject({ pageViews: 20 }))
})
