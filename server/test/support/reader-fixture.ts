import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'

/** A process that reads profiles of the site `site` beside the one that writes them: each by an id that it is told. */
const [directory = ''] = process.argv.slice(2)
const store = openLmdbStore(directory, { isReadOnly: true })
process.on('message', ({ id, holds }: { id: string; holds: boolean }) => {
  const profile = store.readFacts('site', id) as { pageViews: number } | undefined
  const pageViews = profile?.pageViews ?? 0
  process.send?.(pageViews, () => {
    // Its snapshot stays as long as no turn of the event loop ends.
    if (holds) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })
})
