import type { Bridge } from '../client/bridge.ts'
import { readOutbox } from '../client/outbox.ts'
import { post } from '../client/request.ts'
import { safely } from '../client/safely.ts'
import type { BatchRequest } from '../protocol/index.ts'
import { retryDelayMs } from './backoff.ts'
import { sealBatches, storeBatches, without, writeOutbox } from './batches.ts'
import { verdict } from './verdict.ts'

/** How long an event waits for others to travel with, in ms. */
const FLUSH_AFTER_MS = 2_000

/** How long the service may take to say that a batch is durable, in ms, before it is sent again. */
const TIMEOUT_MS = 15_000

/** Sends events while the page lives, and rescues them when it ends. */
export interface Sender {
  /** There may be something to send. */
  wake(): void
  /** Stores everything, and sends each batch by beacon once. */
  leave(): void
  stop(): void
}

/** Time and chance, as the sender needs them. */
export interface Timing {
  /** Runs `run` after `delayMs` and returns what cancels it. */
  after(delayMs: number, run: () => void): () => void
  /** Uniform in [0, 1). */
  random(): number
}

const realTiming: Timing = {
  after(delayMs, run) {
    const timer = setTimeout(safely(run), delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
  random: Math.random,
}

/** Takes over what other pages left in storage. One request is under way at a time, retries included. */
export function createSender(bridge: Bridge, { after, random } = realTiming): Sender {
  const { endpoint, prefix } = bridge.config
  const url = endpoint + '/v1/batch'
  let batches: BatchRequest[] = []
  let beaconed: BatchRequest[] = []
  let isBusy = false
  let hasRenewed = false
  let failures = 0
  /** The one timer: until the next flush, or until the request under way is given up. */
  let cancel = (): void => undefined

  function schedule(delayMs: number, run: () => void): void {
    cancel()
    cancel = after(delayMs, run)
  }

  function seal(): void {
    const sealed = sealBatches(bridge)
    storeBatches(prefix, sealed)
    batches = batches.concat(sealed)
  }

  function remove(batch: BatchRequest): void {
    batches = without(batches, [batch])
    writeOutbox(prefix, without(readOutbox(prefix), [batch]))
  }

  function flush(): void {
    seal()
    // Other pages' batches too; those that storage had no room for are only here.
    const stored = bridge.token() ? readOutbox(prefix) : []
    const batch = stored.concat(without(batches, stored))[0]
    isBusy = !!batch
    if (!batch) return
    batch.sentAt = new Date().toISOString()
    const request = post(url, batch, ({ status, response }) => {
      const said = verdict(status, response)
      if (said === 'retry') {
        schedule(retryDelayMs(++failures, request.getResponseHeader('Retry-After'), random), flush)
        return
      }
      cancel()
      failures = 0
      // What the service will never take would only keep the others from leaving.
      remove(batch)
      if (said === 'token') {
        // The service has another secret now: the same browser's events go under its next token.
        bridge.events = batch.batch.concat(bridge.events)
        if (!hasRenewed) bridge.renew()
        hasRenewed = true
      }
      flush()
    })
    schedule(TIMEOUT_MS, () => {
      request.abort()
    })
  }

  return {
    wake() {
      // What was sealed before the token went is in storage, unless consent was withdrawn.
      if (!bridge.token()) batches = []
      if (!isBusy) schedule(FLUSH_AFTER_MS, flush)
    },
    leave() {
      seal()
      without(batches, beaconed).forEach((batch) => {
        // Absent in webOS TV 1 and 2; storage has it.
        if (navigator.sendBeacon?.(url, JSON.stringify(batch))) beaconed = beaconed.concat(batch)
      })
    },
    stop: () => {
      cancel()
    },
  }
}
