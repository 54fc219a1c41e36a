import { isIP } from 'node:net'

/** Longest name of a host, with brackets and port. */
const MAX_LENGTH = 270

/**
 * Says whether a `Host` is a name that the admin listener goes by. A page whose name is made to lead to this machine (DNS
 * rebinding) sends that name; an address and `localhost` (RFC 6761, 6.3) lead to one place only.
 */
export function createHostCheck(names: readonly string[]): (host: string | undefined) => boolean {
  const known = new Set(names.map((name) => name.toLowerCase()))
  return (host) => {
    // HTTP/1.0 has none, and no browser sends that.
    if (host === undefined || host === '') return true
    if (host.length > MAX_LENGTH) return false
    const name = host
      .toLowerCase()
      .replace(/:\d{1,5}$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '')
    return isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost') || known.has(name)
  }
}
