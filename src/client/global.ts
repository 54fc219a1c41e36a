import type { Consent, JsonObject } from '../protocol/index.ts'
import type { Bridge, Global, Method } from './bridge.ts'
import { saveCache, sweep } from './cache.ts'
import { writeCookie } from './cookie.ts'
import { askAnew } from './decider.ts'
import { OUTBOX } from './outbox.ts'
import { report } from './report.ts'
import { safely } from './safely.ts'
import { writeItem } from './storage.ts'
import { consentNow, hasGpc } from './visitor.ts'

/** What the late chunk does, in the order of the calls; all else has to be done in the task of the call. */
const DEFERRED = 'group alias unlink decide content on ready flush destroy'

/** Makes what the page calls. */
export function createGlobal(bridge: Bridge): Global {
  const { prefix } = bridge._config

  function consent(choice: Consent): void {
    const before = consentNow(bridge)
    bridge._config.consent = choice
    // The one cookie that needs no consent: it holds no id.
    writeCookie(prefix + '_consent', choice)
    if (consentNow(bridge) === before) return
    if (choice !== 'granted') {
      bridge._waiting = []
      writeItem(prefix + OUTBOX, undefined)
    }
    askAnew(bridge)
  }

  const methods: { [name: string]: Method } = {
    track(event: string, properties?: JsonObject) {
      // First, so that nothing that is wrong with a decision can cost the event.
      report(bridge, { type: 'track', event, properties })
      bridge._gone[event] = true
      sweep(bridge)
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
      bridge._leave(bridge)
      // What could not leave, for want of a token, must not go under the next visitor's.
      bridge._waiting = []
      askAnew(bridge)
    },
    consent,
    optOut() {
      consent('denied')
    },
  }

  const client = safely(function (name: string): unknown {
    // With the name as `this`, which no method looks at.
    return client.call.apply(client[name] as () => unknown, arguments as never)
  }) as Global
  Object.keys(methods)
    .concat(DEFERRED.split(' '))
    .forEach((name) => {
      client[name] = safely(
        methods[name] ||
          function () {
            const args = arguments
            return new Promise((answer) => {
              bridge._calls.push([name, args, answer])
              bridge._wake()
            })
          },
      )
    })
  return client
}
