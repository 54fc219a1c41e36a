import { type Bridge, BRIDGE_VERSION } from '../client/bridge.ts'
import { deliver } from './deliver.ts'
import type { LoadTv } from './load-tv.ts'
import type { LoadVitals } from './load-vitals.ts'
import { serve } from './serve.ts'
import type { TakeApi } from './served.ts'

/** Starts what nobody waits for, in a page whose tag was built for it. */
export function start(bridge: Bridge, loadApi: (take: TakeApi) => void, loadVitals: LoadVitals, loadTv: LoadTv): void {
  if (bridge._version === BRIDGE_VERSION) deliver(bridge, serve(bridge, loadApi), loadVitals, loadTv)
}
