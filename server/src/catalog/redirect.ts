/**
 * Characters that browsers drop, move or read as a slash in an address (URL Standard, 4.4 "basic URL parser"): without
 * them there is only one way to read one.
 */
const AMBIGUOUS = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff\\]/

/** One slash: two of them begin a host. */
const OWN_PATH = /^\/(?!\/)/

/**
 * Returns the reason why an address may not be redirected to; undefined if it may. The address has to begin with an
 * allowed origin as it is written, so that no reading of user names, schemes, ports or look-alike hosts decides
 * anything.
 */
export function redirectFlaw(address: string, origins: ReadonlySet<string>): string | undefined {
  if (AMBIGUOUS.test(address)) return 'a redirect has no spaces, control characters or backslashes: encode them'
  if (OWN_PATH.test(address)) return undefined
  const [origin = ''] = /^[a-z]+:\/\/[^/?#]*/.exec(address) ?? []
  return origins.has(origin)
    ? undefined
    : 'a redirect leads to a path such as /sale, or to an origin that is listed under origins or redirects'
}
