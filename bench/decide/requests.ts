import { SITE } from './site.ts'
import { tokensOf } from './visitors.ts'

/** A number without common factor with the visitors' count: the reads wander through the whole store. */
const STEP = 7_919

/** What a browser sends beside the body, on the page's own origin behind a proxy. */
const HEADERS = [
  'Host: www.brand.example',
  'Origin: https://www.brand.example',
  'Sec-Fetch-Site: same-origin',
  'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Accept: */*',
  'Accept-Language: de-CH,de;q=0.9',
  'Content-Type: text/plain;charset=UTF-8',
]

/** Page views of known visitors, as whole HTTP requests. */
export function decideRequests(count: number): string[] {
  const page = { path: '/shop/shoes', campaign: 'spring', source: 'mail', referrer: '' }
  return tokensOf(count, STEP).map((token) => {
    const body = JSON.stringify({ v: 1, site: SITE, consent: 'granted', token, page, session: { views: 3, visits: 2 }, utcOffsetMin: 60 })
    return [`POST /v1/decide HTTP/1.1`, ...HEADERS, `Content-Length: ${body.length}`, '', body].join('\r\n')
  })
}
