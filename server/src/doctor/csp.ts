import { createHash } from 'node:crypto'

/** A policy's source lists by directive (Content Security Policy 3, 2.2.1: the first of a name counts). */
type Policy = ReadonlyMap<string, readonly string[]>

/** Resources that the policies have to allow. */
export interface Wanted {
  url: string
  /** Of the element, when it has one. */
  nonce?: string | undefined
  /** Of an inline script. */
  script?: string
}

/** Reads one policy. */
export function parsePolicy(text: string): Policy {
  const directives = new Map<string, string[]>()
  for (const part of text.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/)
    if (name !== '' && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources)
  }
  return directives
}

/** One source expression against an address (CSP 3, 6.7.2.7), as far as brands write them. */
function matches(source: string, url: URL, self: URL): boolean {
  if (source === "'self'") return url.origin === self.origin
  if (source === '*') return /^https?:$/.test(url.protocol) || url.protocol === self.protocol
  if (/^[a-z][a-z\d+.-]*:$/i.test(source)) return source.toLowerCase() === url.protocol
  const [, scheme, host = '', port, path = ''] =
    /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/:]+)(?::(\d+|\*))?(\/.*)?$/i.exec(source) ?? []
  if (host === '' || source.startsWith("'")) return false
  const isScheme =
    scheme === undefined ? url.protocol === self.protocol || url.protocol === 'https:' : `${scheme}:` === url.protocol
  const isHost = host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : host.toLowerCase() === url.hostname
  const isPort = port === '*' || (port ?? '') === url.port
  const isPath =
    path === '' || path === '/' || (path.endsWith('/') ? url.pathname.startsWith(path) : url.pathname === path)
  return isScheme && isHost && isPort && isPath
}

function hashes(script: string): string[] {
  return ['sha256', 'sha384', 'sha512'].map((name) => `'${name}-${createHash(name).update(script).digest('base64')}'`)
}

/** True when the policy lets it run or be asked. @param directives the one that counts, and its stand-ins. */
export function isAllowed(
  policy: Policy,
  directives: readonly string[],
  { url, nonce, script }: Wanted,
  pageUrl: string,
): boolean {
  const sources = directives.map((name) => policy.get(name)).find((list) => list !== undefined)
  if (!sources) return true
  const isTrusted =
    (nonce !== undefined && sources.includes(`'nonce-${nonce}'`)) ||
    (script !== undefined && hashes(script).some((hash) => sources.includes(hash)))
  if (isTrusted) return true
  const isStrict = sources.some((source) => source === "'strict-dynamic'")
  if (script !== undefined)
    return (
      sources.includes("'unsafe-inline'") &&
      !sources.some((source) => /^'(nonce|sha\d+)-|^'strict-dynamic'/.test(source))
    )
  const [address, self] = [new URL(url), new URL(pageUrl)]
  return !(isStrict && directives.includes('script-src')) && sources.some((source) => matches(source, address, self))
}
