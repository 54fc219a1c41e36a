import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Address of a service. */
export interface ServiceAddress {
  /** Such as `http://127.0.0.1:4310`, without a slash at the end. */
  url: string
  /** The address that it listens on. */
  host: string
  /** The port; the one that was free if 0 was asked for. */
  port: number
}

/** Returns the address of a server that listens at a port; undefined for any other. */
export function addressOf(server: Pick<Server, 'address'>): ServiceAddress | undefined {
  const found = server.address() as AddressInfo | string | null
  if (found === null || typeof found === 'string') return undefined
  const { address, port, family } = found
  const host = family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${host}:${port}`, host: address, port }
}
