import { LOADTEST_ORIGIN } from './site.ts'

/** Headers that a browser sends on the page's own origin behind a proxy. */
const HEADERS = [
  `Host: ${new URL(LOADTEST_ORIGIN).host}`,
  `Origin: ${LOADTEST_ORIGIN}`,
  'Sec-Fetch-Site: same-origin',
  'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Accept: */*',
  'Accept-Language: de-CH,de;q=0.9',
  'Content-Type: text/plain;charset=UTF-8',
]

const PAGE = { path: '/shop/shoes', campaign: 'spring', source: 'mail', referrer: '' }

/** Experiences of which a view of a page tells. */
const TOLD = 4

function post(path: string, body: object): string {
  const text = JSON.stringify(body)
  return [`POST ${path} HTTP/1.1`, ...HEADERS, `Content-Length: ${text.length}`, '', text].join('\r\n')
}

/** A page view as a whole HTTP request; without a token it is somebody's first. */
export function decideRequest(site: string, token?: string): string {
  const session = token === undefined ? { views: 1, visits: 1 } : { views: 3, visits: 2 }
  return post('/v1/decide', { v: 1, site, consent: 'granted', token, page: PAGE, session, utcOffsetMin: 60 })
}

/** Returns the tag's report of a page view, as it is sent 2 s after the page was painted. */
export function batchRequest(site: string, token: string): string {
  const timestamp = new Date().toISOString()
  const event = (fields: object) => ({ ...fields, timestamp, messageId: String(Math.random()) })
  const assigned = Array.from({ length: TOLD }, (_none, index) =>
    event({
      type: 'track',
      event: 'pp:assigned',
      properties: { experience: `experience-${index}`, variant: 'a', outcome: 'shown' },
    }),
  )
  const batch = [event({ type: 'page', properties: PAGE }), ...assigned]
  return post('/v1/batch', { v: 1, site, consent: 'granted', token, sentAt: timestamp, batch })
}
