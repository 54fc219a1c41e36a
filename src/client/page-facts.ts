import type { PageFacts } from '../protocol/index.ts'

/** The page's facts as they are now. Reads no storage, so it needs no consent. */
export function pageFacts(): PageFacts {
  const referrer = document.referrer.split('/')[2] || ''
  return {
    path: location.pathname,
    campaign: (/[?&]utm_campaign=([^&]*)/.exec(location.search) || '')[1] || '',
    referrer: referrer === location.host ? '' : referrer,
  }
}
