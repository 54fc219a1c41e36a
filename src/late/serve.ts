import type { Bridge, Method } from '../client/bridge.ts'
import { setHidden } from '../client/hide.ts'
import { safely } from '../client/safely.ts'
import { type Api, createApi } from './api.ts'
import { type ClientEvents, createEmitter, type Emitter } from './events.ts'
import { createObserver } from './observe.ts'
import { revert } from './revert.ts'

/** Reports something that the visitor or the page did. */
export type Track = (event: string, properties: object) => void

/** What serves a page's calls, to what is loaded after it. */
export interface Served {
  api: Api
  emit: Emitter['emit']
  isDestroyed: boolean
  /** Calls back whenever something has changed. */
  onChange(run: () => void): void
  /** Calls back for each slot that has got its decision, before now or later. */
  onApplied(run: (applied: ClientEvents['applied']) => void): void
  /** Calls back when the client is destroyed, before the page is put back. */
  onEnd(run: () => void): void
}

/** Serves the calls that wait and all that come, and tells the listeners what happens. */
export function serve(bridge: Bridge): Served {
  const emitter = createEmitter()
  const observe = createObserver(bridge, emitter)
  const applied: ClientEvents['applied'][] = []
  const waiters: (() => void)[] = []
  const enders: (() => void)[] = []

  function end(): void {
    if (served.isDestroyed) return
    served.isDestroyed = true
    bridge.leave(bridge)
    enders.forEach((run) => {
      run()
    })
    bridge.observer.disconnect()
    const { question } = bridge
    // Blocks every further question.
    bridge.question = new XMLHttpRequest()
    if (question) question.abort()
    bridge.places.splice(0).forEach((place) => {
      place.isPainted = true
      setHidden(place.element, false)
    })
    // Takes no further event.
    bridge.config.consent = 'denied'
    bridge.wake = bridge.leave = () => undefined
    Object.keys(bridge.client).forEach((name) => {
      bridge.client[name] = () => undefined
    })
    revert(bridge.changes.splice(0))
  }

  const api = createApi(bridge, emitter, waiters, end)
  const served: Served = {
    api,
    emit: emitter.emit,
    isDestroyed: false,
    onChange(run) {
      waiters.push(run)
    },
    onApplied(run) {
      applied.forEach(run)
      emitter.on('applied', run)
    },
    onEnd(run) {
      enders.push(run)
    },
  }

  emitter.on('applied', applied.push.bind(applied))
  bridge.wake = safely(() => {
    bridge.calls.splice(0).forEach(([name, args, answer]) => {
      answer(Function.prototype.apply.call(safely(api[name] as Method), undefined, args))
    })
    observe()
    waiters.slice().forEach((run) => {
      run()
    })
  })
  bridge.wake()
  return served
}
