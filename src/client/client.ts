import type { Consent, JsonObject } from '../protocol/index.ts'
import { afterPaint } from './after-paint.ts'
import { type Bridge, BRIDGE_VERSION, type LoadLate } from './bridge.ts'
import { createCache } from './cache.ts'
import type { Config } from './config.ts'
import { createDecider } from './decider.ts'
import { type Draft, stampEvent } from './event.ts'
import { mark } from './mark.ts'
import { pageFacts } from './page-facts.ts'
import { createBatch, outboxKey, rescue } from './outbox.ts'
import { safely } from './safely.ts'
import { createStage } from './stage.ts'
import { writeItem } from './storage.ts'
import { createVisitor, hasGpc } from './visitor.ts'

/** After this many views in a row without a decision in time, nothing is hidden until one comes in time again. */
const FAILURES_TO_STOP_HIDING = 3

/** A page's client. Its methods never throw. */
export interface Client {
  /** Reports something the visitor did. Cached decisions that depend on this event are dropped at once. */
  track(event: string, properties?: JsonObject): void
  /** Reports a page view. */
  page(name?: string, properties?: JsonObject): void
  /** Tells what the brand knows of the visitor. The id is left out under Global Privacy Control. */
  identify(userId?: string, traits?: JsonObject): void
  /** Forgets the visitor: the next answer brings a new identity. */
  reset(): void
  /** Records the visitor's choice. Anything but `granted` deletes what we have stored, in this task. */
  consent(choice: Consent): void
  /** Puts the page back as the brand made it, and stops. */
  destroy(): void
}

/**
 * Starts a client in this page. Run it as early as possible: slots that were in the page before it are left alone, as a
 * visitor may have seen them.
 * @param loadLate brings what nobody waits for, once the page has been painted.
 */
export function startClient(config: Config, loadLate: LoadLate): Client {
  const page = pageFacts()
  const visitor = createVisitor(config)
  const cache = createCache(config.prefix, config.site, page, () => visitor.consentNow() === 'granted')
  let hasFallenBack = false

  function send(draft: Draft): void {
    if (visitor.consentNow() === 'denied') return
    bridge.events.push(stampEvent(draft))
    bridge.wake()
  }

  function track(event: string, properties?: JsonObject): void {
    cache.drop(event)
    send({ type: 'track', event, properties })
  }

  const decider = createDecider({
    config,
    page,
    visitor,
    cache,
    onAnswer() {
      if (!hasFallenBack) cache.setFailures(0)
      stage.settle()
      bridge.wake()
    },
    onFailure(status) {
      stage.giveUp(status)
    },
  })

  const bridge: Bridge = {
    version: BRIDGE_VERSION,
    config,
    events: [],
    token: visitor.tokenNow,
    track,
    renew: decider.askAnew,
    changes: [],
    wake: () => undefined,
    leave: safely(() => {
      const token = visitor.tokenNow()
      if (token && bridge.events.length) rescue(config, createBatch(config.site, token, bridge.events.splice(0)))
    }),
    isDestroyed: false,
  }

  const isComplete = decider.adopt()
  const stage = createStage({
    config,
    decisions: cache.read,
    budgetMs: cache.failures() < FAILURES_TO_STOP_HIDING ? config.budgetMs : 0,
    changes: bridge.changes,
    adopt: decider.adopt,
    onWaiting: decider.ask,
    onFallback(cause) {
      if (hasFallenBack) return
      hasFallenBack = true
      mark('fallback:' + cause)
      cache.setFailures(cache.failures() + 1)
    },
    onSettled(slot, { experience, variant, tier }, outcome) {
      if (!experience) return
      const properties = { slot, experience, variant, tier, outcome } as JsonObject
      send({ type: 'track', event: 'pp:assigned', properties })
    },
  })
  // A visitor whose decisions are all at hand waits for nothing: the fresh answer is for the next view.
  if (!isComplete) decider.ask()
  afterPaint(() => {
    if (isComplete) decider.ask()
    loadLate(bridge)
  })

  const leave = (): void => {
    bridge.leave()
  }
  // Being hidden is the last moment that is always seen; Safari before 14.1 skipped it on navigation (WebKit bug 151234).
  // Never `unload`: it costs the page the back/forward cache.
  addEventListener('visibilitychange', leave)
  addEventListener('pagehide', leave)

  return {
    track: safely(track),
    page: safely((name, properties) => {
      send({ type: 'page', name, properties })
    }),
    identify: safely((userId, traits) => {
      cache.clear()
      send({ type: 'identify', userId: hasGpc() ? undefined : userId, traits })
    }),
    reset: safely(() => {
      bridge.leave()
      // What could not leave, for want of a token, must not go under the next visitor's.
      bridge.events = []
      decider.askAnew()
    }),
    consent: safely((choice) => {
      const before = visitor.consentNow()
      visitor.choose(choice)
      if (visitor.consentNow() === before) return
      if (choice !== 'granted') {
        bridge.events = []
        writeItem(outboxKey(config.prefix), undefined)
        bridge.wake()
      }
      decider.askAnew()
    }),
    destroy: safely(() => {
      decider.cancel()
      stage.stop()
      bridge.isDestroyed = true
      bridge.wake()
    }),
  }
}
