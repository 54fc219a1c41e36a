import type { CopyEnd } from './copy/copy-end.ts'
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
  /** Opens it as one end of a copy. */
  openCopyEnd(address: string, credentials: StoreOptions['credentials']): Promise<CopyEnd>
}

/** By the scheme of the address. An adapter is loaded when it is opened: a service on one machine does without a cluster's driver. */
const adapters = {
  cql: {
    flaws: flawsOfAddress,
    async open(address, options) {
      const { openCqlStore } = await import('./cql/cql.ts')
      return openCqlStore({ ...options, address: parseCqlAddress(address) })
    },
    async openCopyEnd(address, credentials) {
      const { openCqlEnd } = await import('./copy/cql-end.ts')
      return openCqlEnd(parseCqlAddress(address), credentials)
    },
  },
} satisfies { [scheme: string]: Adapter }

/** For an unknown scheme the cluster's adapter reports what an address should look like. */
function adapterOf(address: string): Adapter {
  const [scheme = ''] = address.split(':', 1)
  return Object.hasOwn(adapters, scheme) ? adapters[scheme as keyof typeof adapters] : adapters.cql
}

/** True for the address of a store, whatever is wrong with it; false for a directory. */
export function isStoreAddress(name: string): boolean {
  return Object.keys(adapters).some((scheme) => name.startsWith(`${scheme}://`))
}

/** Everything that is wrong with a store's address. */
export function flawsOfStoreAddress(address: string): string[] {
  return adapterOf(address).flaws(address)
}

/** Opens the store that an address names. */
export function openStore(address: string, options: StoreOptions): Promise<ProfileStore> {
  return adapterOf(address).open(address, options)
}

/** Opens the store that an address names as one end of a copy. */
export function openRemoteEnd(address: string, credentials: StoreOptions['credentials']): Promise<CopyEnd> {
  return adapterOf(address).openCopyEnd(address, credentials)
}
