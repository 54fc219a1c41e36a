import { BRIDGE_VERSION } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { VITALS, VITALS_INTEGRITY } from '../tag/chunk-names.ts'
import { createApi } from './api.ts'
import type { TakeVital } from './load-vitals.ts'
import type { ApiScript } from './tag.ts'

/** The chunk of what most pages never call, as the late chunk injects it. */
safely(() => {
  const { take, load } = document.currentScript as ApiScript
  take(BRIDGE_VERSION, (bridge, waiters, served) => {
    const api = createApi(bridge, waiters, served)
    api['vitals'] = (takeVital: TakeVital) => {
      load(VITALS, VITALS_INTEGRITY, takeVital)
    }
    return api
  })
})()
