import { type Bridge, BRIDGE_VERSION } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { reportMissing } from './missing.ts'
import { revert } from './revert.ts'
import { createSender } from './sender.ts'

/** Starts what nobody waits for: delivery, reports of selectors that match nothing, and the way back. */
export function start(bridge: Bridge): void {
  if (bridge.version !== BRIDGE_VERSION) return
  const sender = createSender(bridge)
  bridge.leave = safely(sender.leave)
  bridge.wake = () => {
    if (!bridge.isDestroyed) sender.wake()
    else {
      bridge.leave()
      sender.stop()
      revert(bridge.changes.splice(0))
    }
  }
  bridge.wake()
  if (!bridge.isDestroyed) reportMissing(bridge)
}
