import type { PageFacts } from '../protocol/index.ts'

/** Campaign parameters, and ad click ids: gclid, dclid, fbclid, msclkid, ttclid, twclid, yclid, gbraid, wbraid. */
const PARAMETERS = /[?&](?:utm_(campaign|source|medium|term|content)|(\w+clk?id|[gw]braid))=([^&]+)/g

/**
 * Returns the page's facts as they are now. Reads no storage, so it needs no consent.
 * @param from address of the page that led here; empty for a route of the same app.
 */
export function pageFacts(from: string): PageFacts {
  const referrer = from.split('/')[2] || ''
  const facts: PageFacts = {
    path: location.pathname,
    campaign: '',
    referrer: referrer === location.host ? '' : referrer,
  }
  location.search.replace(PARAMETERS, ((_all: string, name: 'campaign' | undefined, click: string, value: string) => {
    facts[name || 'click'] = name ? value : click
  }) as () => never)
  return facts
}
