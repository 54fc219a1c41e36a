import type { Consent, JsonObject } from '../protocol/index.ts'
import type { Bridge, Global, Method } from './bridge.ts'
import { invalidateByEvents, saveCache } from './cache.ts'
import { writeCookie } from './cookie.ts'
import { askAnew } from './decider.ts'
import { OUTBOX } from './outbox.ts'
import { report } from './report.ts'
import { observe } from './roots.ts'
import { safely } from './safely.ts'
import { scan } from './slots.ts'
import { writeItem } from './storage.ts'
import { consentNow, hasGpc } from './visitor.ts'

/**
 * Methods that the late chunk carries out, in the order of the calls; all others run in the task of the call, or as soon as the page
 * is shown.
 */
const DEFERRED = 'group alias unlink decide content on ready flush destroy'

/** Makes the function that the page calls. */
export function createGlobal(bridge: Bridge): Global {
  const { prefix } = bridge._config

  function consent(choice: Consent): void {
    const before = consentNow(bridge)
    bridge._config.consent = choice
    // The one cookie that needs no consent: it holds no id.
    writeCookie(prefix + '_consent', choice)
    if (consentNow(bridge) === before) return
    if (choice !== 'granted') {
      bridge._pendingEvents = []
      writeItem(prefix + OUTBOX, undefined)
    }
    askAnew(bridge)
  }

  const methods: { [name: string]: Method } = {
    track(event: string, properties?: JsonObject) {
      // First, so that a broken decision cannot cost the event.
      report(bridge, { type: 'track', event, properties })
      bridge._trackedEvents[event] = true
      invalidateByEvents(bridge, bridge._trackedEvents)
      saveCache(bridge)
    },
    page(name?: string, properties?: JsonObject) {
      report(bridge, { type: 'page', name, properties })
    },
    identify(userId?: string, traits?: JsonObject) {
      bridge._record.answer = undefined
      saveCache(bridge)
      report(bridge, { type: 'identify', userId: hasGpc() ? undefined : userId, traits })
    },
    reset() {
      bridge._flushOnHide(bridge)
      // Events that could not be sent, for want of a token, must not go under the next visitor's.
      bridge._pendingEvents = []
      askAnew(bridge)
    },
    observe(root: ShadowRoot) {
      observe(bridge, root)
      scan(bridge, false)
    },
    consent,
    optOut() {
      consent('denied')
    },
  }

  const client = safely(function (name: string): unknown {
    // The name becomes `this`, which no method reads.
    return client.call.apply(client[name] as () => unknown, arguments as never)
  }) as Global
  Object.keys(methods)
    .concat(DEFERRED.split(' '))
    .forEach((name) => {
      client[name] = safely(function () {
        const args = arguments
        const method = methods[name]
        return method && bridge._observer
          ? method.apply(undefined, args as never)
          : new Promise((answer) => {
              bridge._pendingCalls.push([name, args, answer])
              bridge._notify()
            })
      })
    })
  return client
}
