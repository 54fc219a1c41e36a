import { flawsOfAddress, parseCqlAddress } from './cql/address.ts'
import type { CqlStoreOptions } from './cql/cql.ts'
import type { ProfileStore } from './store.ts'

/** Dependencies of a store that an address names. */
export type StoreOptions = Omit<CqlStoreOptions, 'address'>

/** A kind of store. */
interface Adapter {
  /** Everything that is wrong with an address of it. */
  flaws(address: string): string[]
  open(address: string, options: StoreOptions): Promise<ProfileStore>
}

/** By the scheme of the address. An adapter is loaded when it is opened: a service on one machine does without a cluster's driver. */
const adapters = {
  cql: {
    flaws: flawsOfAddress,
    async open(address, options) {
      const { openCqlStore } = await import('./cql/cql.ts')
      return openCqlStore({ ...options, address: parseCqlAddress(address) })
    },
  },
} satisfies { [scheme: string]: Adapter }

/** For an unknown scheme the cluster's adapter reports what an address should look like. */
function adapterOf(address: string): Adapter {
  const [scheme = ''] = address.split(':', 1)
  return Object.hasOwn(adapters, scheme) ? adapters[scheme as keyof typeof adapters] : adapters.cql
}

/** Everything that is wrong with a store's address. */
export function flawsOfStoreAddress(address: string): string[] {
  return adapterOf(address).flaws(address)
}

/** Opens the store that an address names. */
export function openStore(address: string, options: StoreOptions): Promise<ProfileStore> {
  return adapterOf(address).open(address, options)
}
