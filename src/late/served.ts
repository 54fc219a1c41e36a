import type { Bridge, Method } from '../client/bridge.ts'
import type { ClientEvents, Emitter } from './events.ts'

/** The methods and hooks that later chunks use. */
export interface Served {
  methods: Methods
  takeApi: TakeApi
  emit: Emitter['emit']
  _isDestroyed: boolean
  /** Calls back whenever something has changed. */
  _onChange(run: () => void): void
  /** Calls back for each slot that has got its decision, before now or later. */
  _onApplied(run: (applied: ClientEvents['applied']) => void): void
  /** Called when the client is destroyed, before the page is put back. */
  _enders: (() => void)[]
}

/** Methods that need no place in the tag. */
export interface Methods {
  [name: string]: Method
}

/** Methods that most pages never call, and the emitter. */
export interface Api extends Methods {
  emit: Method
}

/** Makes it. `waiters` are called whenever something has changed. */
export type CreateApi = (
  bridge: Bridge,
  waiters: (() => void)[],
  served: Pick<Served, '_isDestroyed' | '_enders'>,
) => Api

/** Takes it in, if it was built for this version of the bridge. */
export type TakeApi = (version: number, create: CreateApi) => void
