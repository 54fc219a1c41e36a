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

/** Returns the address of a server that listens. */
export function addressOf(server: Server): ServiceAddress {
  const { address, port, family } = server.address() as AddressInfo
  const host = family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${host}:${port}`, host: address, port }
}
