import { ConfigError } from '../settings/resolve-settings.ts'
import { flawsOfStoreAddress } from '../stores/open-store.ts'

/** Returns the address of a store. @throws ConfigError that says what is wrong with it. */
export function checkStoreAddress(address: string): string {
  const [flaw] = flawsOfStoreAddress(address)
  if (flaw !== undefined) throw new ConfigError(flaw)
  return address
}
