import { type Bridge, BRIDGE_VERSION, type Method } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import type { ClientEvents, Emitter } from './events.ts'
import { createObserver } from './observe.ts'
import type { Methods, Served, TakeApi } from './served.ts'

/** Reports something that the visitor or the page did. */
export type Track = (event: string, properties: object) => void

/**
 * Serves the calls that wait, from the next change on, and all that come, and tells the listeners what happens.
 * @param loadApi brings what serves the rarer calls, at the first of them; they wait until it is there, and so does what
 * those who listen are told.
 */
export function serve(bridge: Bridge, loadApi?: (take: TakeApi) => void): Served {
  const applied: ClientEvents['applied'][] = []
  const takers: ((applied: ClientEvents['applied']) => void)[] = []
  const waiters: (() => void)[] = []
  let load = loadApi
  /** Events emitted since a page called `on`, until the chunk with the listeners is there. */
  const untold: unknown[][] = []

  const emit: Emitter['emit'] = (name, detail) => {
    if (name === 'applied') {
      applied.push(detail as ClientEvents['applied'])
      takers.forEach((run) => {
        run(detail as ClientEvents['applied'])
      })
    }
    if (!load) untold.push([name, detail])
    tell()
  }

  function tell(): void {
    const { emit } = methods
    if (emit) {
      untold.splice(0).forEach((event) => {
        emit(...(event as never[]))
      })
    }
  }

  const methods: Methods = {
    flush: () => (bridge.flush ? bridge.flush() : Promise.resolve(bridge._flushOnHide(bridge))),
  }
  const takeApi: TakeApi = (version, create) => {
    if (version !== BRIDGE_VERSION) return
    const api = create(bridge, waiters, served)
    Object.keys(api).forEach((name) => {
      methods[name] = api[name] as Method
    })
    load = undefined
    bridge._notify()
  }
  const served: Served = {
    methods,
    takeApi,
    emit,
    _isDestroyed: false,
    _onChange(run) {
      waiters.push(run)
    },
    _onApplied(run) {
      applied.forEach(run)
      takers.push(run)
    },
    _enders: [],
  }
  const observe = createObserver(bridge, emit)

  bridge._notify = safely(() => {
    bridge._pendingCalls.splice(0).forEach((call) => {
      const [name, args, answer] = call
      const method = methods[name]
      if (method) {
        answer(Function.prototype.apply.call(safely(method), undefined, args))
        return
      }
      bridge._pendingCalls.push(call)
      if (load) load(takeApi)
      load = undefined
    })
    tell()
    observe()
    waiters.slice().forEach((run) => {
      run()
    })
  })
  return served
}
