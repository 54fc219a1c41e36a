import { BRIDGE_VERSION } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { createApi } from './api.ts'
import type { ApiScript } from './tag.ts'

/** The chunk of what most pages never call, as the late chunk injects it. */
safely(() => {
  ;(document.currentScript as ApiScript).take(BRIDGE_VERSION, createApi)
})()
