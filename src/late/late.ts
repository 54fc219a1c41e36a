import { type Bridge, BRIDGE_VERSION } from '../client/bridge.ts'
import { deliver } from './deliver.ts'
import { serve } from './serve.ts'
import type { LoadVitals } from './load-vitals.ts'

/** Starts what nobody waits for, in a page whose tag was built for it. */
export function start(bridge: Bridge, loadVitals: LoadVitals): void {
  if (bridge.version === BRIDGE_VERSION) deliver(bridge, serve(bridge), loadVitals)
}
