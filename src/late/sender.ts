import type { Bridge } from '../client/bridge.ts'
import { encode } from '../client/json.ts'
import { post } from '../client/request.ts'
import { safely } from '../client/safely.ts'
import { consentNow, isGranted, tokenNow } from '../client/visitor.ts'
import type { BatchRequest, BatchResponse } from '../protocol/index.ts'
import { retryDelayMs } from './backoff.ts'
import { batchOutcome } from './batch-outcome.ts'
import { sealBatches, without } from './batches.ts'
import { type Lock, withLock } from './lock.ts'
import { openStore, readOutbox, writeOutbox } from './store.ts'

/** Time for which an event waits for others to share its batch, in ms. */
const FLUSH_AFTER_MS = 2_000

/** Longest wait for the acknowledgement of a batch, in ms, before it is sent again. */
const TIMEOUT_MS = 15_000

/** Sends events while the page lives, and rescues them when it ends. */
export interface Sender {
  /** There may be something to send, or the visitor is another. */
  _notify(): void
  /** Sends what waits now; resolves when it was acknowledged or has to be tried again later. */
  flush(): Promise<void>
  /** Leaves what waits in localStorage, and sends each batch by beacon once. */
  _flushOnHide(): void
  stop(): void
}

/** Time and chance, as the sender needs them, and the lock. */
export interface Surroundings {
  /** Runs `run` after `delayMs` and returns what cancels it. */
  after(delayMs: number, run: () => void): () => void
  /** Uniform in [0, 1). */
  random(): number
  lock: Lock
}

const real: Surroundings = {
  after(delayMs, run) {
    const timer = setTimeout(safely(run), delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
  // Not the page's own dice: clients that have failed together must not come back together.
  random: () => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 0x1_0000_0000,
  lock: withLock,
}

/** The service has another secret now: the same browser's events go under its next token. */
function renew(bridge: Bridge, batch: BatchRequest, isAgain: boolean): void {
  const waiting = batch.batch.concat(bridge._pendingEvents)
  bridge._pendingEvents = []
  if (!isAgain && bridge._client['reset']) bridge._client['reset']()
  bridge._pendingEvents = waiting
}

/** A batch as two. */
function halves({ v, site, consent, token, sentAt, batch }: BatchRequest): BatchRequest[] {
  const half = batch.length >> 1
  return [batch.slice(0, half), batch.slice(half)].map((part) => ({ v, site, consent, token, sentAt, batch: part }))
}

/** Names of what was tracked, in batches that were not acknowledged or sent. */
function namesIn(batches: BatchRequest[]): Bridge['_trackedEvents'] {
  const names: Bridge['_trackedEvents'] = {}
  batches.forEach(({ batch }) => {
    batch.forEach((event) => {
      if (event.type === 'track') names[event.event] = true
    })
  })
  return names
}

/** Counts the events of a taken batch that were not accepted. */
function refusedIn(answer: Partial<BatchResponse> | null): number {
  const results = answer && answer.results
  return Array.isArray(results) ? results.filter((result) => result !== 'accepted').length : 0
}

/**
 * Takes over what other pages left in storage. One tab at a time sends, and one request of it is under way.
 * @param onDropped is told how many events went for lack of room.
 * @param onRefused is told how many events the service will never take.
 */
export function createSender(
  bridge: Bridge,
  onDropped: (count: number) => void,
  onRefused: (count: number) => void,
  { after, random, lock } = real,
): Sender {
  const { _hosts: hosts, prefix } = bridge._config
  const store = openStore(prefix)
  /** Batches that were sealed in this page: not yet in the store (`fresh`), and in it but not acknowledged (`own`). */
  let fresh: BatchRequest[] = []
  let own: BatchRequest[] = []
  let beaconed: BatchRequest[] = []
  let request: XMLHttpRequest | undefined
  let flushing: Promise<void> | undefined
  let hasStored = false
  let hasRenewed = false
  let failures = 0
  /** The one timer: until the next flush, or until the request under way is given up. */
  let cancel = (): void => undefined

  function schedule(delayMs: number, run: () => void): void {
    cancel()
    cancel = after(delayMs, run)
  }

  /** Seals what waits, and brings it into the store. */
  function seal(): Promise<BatchRequest[]> {
    const sealed = sealBatches(bridge)
    bridge._isUrgent = false
    if (sealed[0] && sealed[0].dropped) onDropped(sealed[0].dropped)
    fresh = fresh.concat(sealed)
    if (!tokenNow(bridge)) return Promise.resolve([])
    hasStored = true
    return store
      .update((stored) => stored.concat(without(fresh, stored)))
      .then((stored) => {
        const all = own.concat(fresh)
        // Another tab may have sent some of them.
        own = without(all, without(all, stored))
        fresh = without(fresh, stored)
        return stored.concat(fresh)
      })
  }

  function abort(): void {
    if (request) request.abort()
  }

  /** Takes a batch out, and in its place others in. */
  function replace(batch: BatchRequest, others: BatchRequest[]): Promise<unknown> {
    fresh = without(fresh, [batch])
    own = others.concat(without(own, [batch]))
    // Another object: a request under way keeps the names that were unknown when it was sent (`decider.ts`).
    bridge._trackedEvents = namesIn(fresh.concat(own, { batch: bridge._pendingEvents } as BatchRequest))
    // What was withdrawn meanwhile has no store any more.
    return isGranted(bridge) ? store.update((stored) => others.concat(without(stored, [batch]))) : Promise.resolve()
  }

  /** Sends one batch after the other, until there is none or one has to wait. */
  function sendAll(): Promise<void> {
    return seal().then(([batch]) => (batch && tokenNow(bridge) ? send(batch) : undefined))
  }

  function send(batch: BatchRequest): Promise<void> {
    batch.sentAt = new Date().toISOString()
    return new Promise((resolve) => {
      request = post(hosts[0] + '/v1/batch', batch)
      request.onloadend = safely(() => {
        const { status, response } = request as XMLHttpRequest
        const retryAfter = (request as XMLHttpRequest).getResponseHeader('Retry-After')
        const said = batchOutcome(status, response)
        if (bridge._takeTime) bridge._takeTime(response)
        request = undefined
        // A token that the service has just issued and does not know: the next request asks for another.
        if (said === 'retry' || (said === 'token' && hasRenewed && batch.token === tokenNow(bridge))) {
          hosts.push(hosts.shift() as string)
          schedule(retryDelayMs(++failures, retryAfter, random), flush)
          resolve()
          return
        }
        cancel()
        failures = 0
        if (said === 'token') {
          renew(bridge, batch, hasRenewed)
          hasRenewed = true
        }
        const count = batch.batch.length
        if (count > 1 && (status === 413 || status === 400)) {
          // One event is too large, or is none: the others are sound.
          resolve(replace(batch, halves(batch)).then(sendAll))
          return
        }
        onRefused(said === 'refused' ? count : refusedIn(response))
        // What the service will never take would only keep the others from leaving.
        resolve(replace(batch, []).then(sendAll))
      })
      schedule(TIMEOUT_MS, abort)
    })
  }

  function flush(): Promise<void> {
    flushing =
      flushing ||
      lock(prefix + '.flush', sendAll).then(() => {
        flushing = undefined
      })
    return flushing
  }

  return {
    flush,
    _notify() {
      if (!tokenNow(bridge)) {
        // What was sealed before the token went is in the store, unless consent was withdrawn.
        fresh = own = []
        abort()
        if (consentNow(bridge) === 'denied') bridge._pendingEvents = []
        if (consentNow(bridge) === 'denied' || (hasStored && consentNow(bridge) !== 'granted')) store.clear()
      }
      // A batch that has to be tried again has set the timer already.
      if (!flushing && failures === 0) schedule(bridge._isUrgent ? 0 : FLUSH_AFTER_MS, flush)
    },
    _flushOnHide() {
      fresh = fresh.concat(sealBatches(bridge))
      if (!tokenNow(bridge)) return
      // The store answers too late for a page that ends.
      if (fresh.length) writeOutbox(prefix, without(readOutbox(prefix), fresh).concat(fresh))
      without(own.concat(fresh), beaconed).forEach((batch) => {
        // Absent in webOS TV 1 and 2; storage has it.
        if (navigator.sendBeacon && navigator.sendBeacon(hosts[0] + '/v1/batch', encode(batch)))
          beaconed = beaconed.concat(batch)
      })
      // A page that holds a lock is not kept for the way back (bfcache).
      abort()
    },
    stop: () => cancel(),
  }
}
