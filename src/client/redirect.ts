/**
 * Resolves a redirect's target, with the page's query and fragment where the address has none, so that campaign, click and
 * product reach the target. Returns false if it must not be followed: an address that is not of the web, this page's own, or
 * the one that led here. A referrer of another origin is only an origin (Referrer Policy, default), so nobody is sent back
 * to the host that they came from.
 * @param referrerHost host of the referring page, if it is not the page's own.
 * @throws if the text is no address.
 */
export function destination(address: string, referrerHost: string): string | false {
  const link = new URL(address, location.href)
  link.search = link.search || location.search
  link.hash = link.hash || location.hash
  const page = link.href.split('#')[0]
  const isFollowed =
    /^http/.test(link.href) &&
    link.host !== referrerHost &&
    page !== location.href.split('#')[0] &&
    page !== document.referrer
  return isFollowed && link.href
}
