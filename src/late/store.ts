import { createStore, promisifyRequest, type UseStore } from 'idb-keyval'
import { encode } from '../client/json.ts'
import { OUTBOX } from '../client/outbox.ts'
import { safely } from '../client/safely.ts'
import { readItem, writeItem } from '../client/storage.ts'
import type { BatchRequest } from '../protocol/index.ts'
import { without } from './batches.ts'
import { parseBatches } from './parse-batches.ts'

/** Events that wait in storage at most. */
const MAX_EVENTS = 1_000

/** Characters that wait in localStorage at most, as much as the tag leaves there. */
const MAX_OUTBOX_CHARS = 147_456

/** Characters that wait in storage at most. */
const MAX_CHARS = 524_288

/**
 * Batches that wait for their acknowledgement, oldest first, whatever becomes of the page. All tabs share them; what a page
 * has left in localStorage as it ended is taken over.
 */
export interface Store {
  /** Replaces them in one transaction; `change` may be called with none when storage does not work. */
  update(change: (batches: BatchRequest[]) => BatchRequest[]): Promise<BatchRequest[]>
  /** Deletes everything. */
  clear(): void
}

/** The batches in localStorage, where a page that ends leaves them; what is none of them is removed, or the tag could add none. */
export function readOutbox(prefix: string): BatchRequest[] {
  const found = readItem(prefix + OUTBOX)
  const batches = parseBatches(found)
  if (found && !batches.length) writeItem(prefix + OUTBOX, undefined)
  return batches
}

/** Replaces them; undefined when there are none, so that no key stays. */
export function writeOutbox(prefix: string, batches: BatchRequest[]): void {
  let chars = 0
  const fitting = batches.filter((batch) => (chars += encode(batch).length) < MAX_OUTBOX_CHARS)
  writeItem(prefix + OUTBOX, fitting.length ? fitting : undefined)
}

/** Drops the oldest batches until the others fit, and lets the last one tell how many events went. */
export function bound(batches: BatchRequest[]): BatchRequest[] {
  const kept = batches.slice()
  const last = kept[kept.length - 1]
  const events = (): number => kept.reduce((sum, { batch }) => sum + batch.length, 0)
  while (last && last !== kept[0] && (events() > MAX_EVENTS || encode(kept).length > MAX_CHARS)) {
    const { dropped, batch } = kept.shift() as BatchRequest
    last.dropped = (last.dropped || 0) + (dropped || 0) + batch.length
  }
  return kept
}

/** Opens the store: IndexedDB, or where there is none localStorage. Touches nothing before it is used. */
export function openStore(prefix: string): Store {
  let use: UseStore | undefined

  /** In one transaction, as idb-keyval's `update` does, which would bring its default store along. */
  function change(run: (old: BatchRequest[]) => BatchRequest[]): Promise<unknown> {
    use = use || createStore(prefix, 'events')
    return use('readwrite', (store) => {
      const { db } = store.transaction
      // An open connection would keep a database that somebody, in any tab, deletes because consent no longer covers it.
      db.onversionchange = () => {
        db.close()
        use = undefined
      }
      return promisifyRequest<unknown>(store.get('batches')).then((old) => {
        store.put(run(parseBatches(old)), 'batches')
        return promisifyRequest(store.transaction)
      })
    })
  }

  return {
    update(run) {
      const left = readOutbox(prefix)
      let changed: BatchRequest[] = []
      // In a `then`, so that no IndexedDB at all is a rejection too.
      return Promise.resolve()
        .then(() => change((stored) => (changed = bound(run(stored.concat(without(left, stored)))))))
        .then(
          () => {
            if (left.length) writeOutbox(prefix, without(readOutbox(prefix), left))
            return changed
          },
          // No IndexedDB, a private window, or a full disk.
          () => {
            writeOutbox(prefix, run(readOutbox(prefix)))
            return readOutbox(prefix)
          },
        )
    },
    clear: safely(() => {
      writeItem(prefix + OUTBOX, undefined)
      if (window.indexedDB) indexedDB.deleteDatabase(prefix)
    }),
  }
}
