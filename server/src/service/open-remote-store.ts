import { openStore } from '../stores/open-store.ts'
import type { ProfileStore } from '../stores/store.ts'
import type { ServiceCore } from './core.ts'

/** Opens the store that an address names, as the settings say. */
export function openRemoteStore(core: ServiceCore, address: string, logId: string): Promise<ProfileStore> {
  const { settings, now, report } = core
  const { cqlUsername: username, cqlPassword: password, cqlCaFile: caFile } = settings
  return openStore(address, { credentials: { username, password, caFile }, logId, now, onProblem: report })
}
