import { flawsOfAddress as flawsOfCqlAddress, parseCqlAddress } from './cql/address.ts'
import type { CqlStoreOptions } from './cql/cql.ts'
import type { ProfileStore } from './store.ts'

/** How a store that an address names is opened. */
export type StoreOptions = Omit<CqlStoreOptions, 'address'>

/** Everything that is wrong with a store's address. */
export function flawsOfStoreAddress(address: string): string[] {
  return flawsOfCqlAddress(address)
}

/** Opens the store that an address names. Its adapter is loaded now: a service on one machine does without a cluster's driver. */
export async function openStore(address: string, options: StoreOptions): Promise<ProfileStore> {
  const { openCqlStore } = await import('./cql/cql.ts')
  return openCqlStore({ ...options, address: parseCqlAddress(address) })
}
