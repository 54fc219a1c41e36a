/** Life of a cookie of ours, in seconds: 390 days, below the 13 months that regulators accept. */
const MAX_AGE_S = 33_696_000

/** The value of a first-party cookie; empty when there is none. */
export function readCookie(name: string): string {
  try {
    return (document.cookie.match('(?:^|; )' + name + '=([^;]*)') || '')[1] || ''
  } catch {
    return '' // A sandboxed frame has no cookies at all.
  }
}

/** Writes a first-party cookie for the whole host; an empty value deletes it. */
export function writeCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? ';Secure' : ''
  document.cookie = name + '=' + value + ';Path=/;SameSite=Lax;Max-Age=' + (value ? MAX_AGE_S : 0) + secure
}
