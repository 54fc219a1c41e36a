import type { Device, PageContext, PageFacts } from 'prepaint/protocol'

/** Longest language tag (RFC 5646, 4.4.1: 35 characters are enough for every one). */
const MAX_LANGUAGE_LENGTH = 35

/** `Mobi` is what browsers are told to say on phones (MDN, "Browser detection using the user agent"). */
export function deviceOf(userAgent = ''): Device {
  // Real ones are shorter.
  const start = userAgent.slice(0, 512)
  if (/iPad|Tablet|PlayBook|Silk/i.test(start)) return 'tablet'
  if (/Mobi/i.test(start)) return 'mobile'
  if (/Android/i.test(start)) return 'tablet'
  return /iPhone|iPod/i.test(start) ? 'mobile' : 'desktop'
}

/** The first language tag, such as `de-CH` of `de-CH,de;q=0.9`. */
function languageOf(acceptLanguage = ''): string {
  return /^\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)/i.exec(acceptLanguage.slice(0, MAX_LANGUAGE_LENGTH))?.[1] ?? ''
}

/** `application/x-www-form-urlencoded`, in which a query writes its values; what is no such text stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** Joins what the page said with what its browser says in every request. */
export function pageContext(
  { path, campaign, referrer, source, medium, term, content, click }: PageFacts,
  headers: { 'user-agent'?: string | undefined; 'accept-language'?: string | undefined },
): PageContext {
  return {
    path,
    campaign: decode(campaign),
    referrer,
    ...(source === undefined ? {} : { source: decode(source) }),
    ...(medium === undefined ? {} : { medium: decode(medium) }),
    ...(term === undefined ? {} : { term: decode(term) }),
    ...(content === undefined ? {} : { content: decode(content) }),
    ...(click === undefined ? {} : { click }),
    device: deviceOf(headers['user-agent']),
    language: languageOf(headers['accept-language']),
  }
}
