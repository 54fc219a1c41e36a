import { type DecideResponse, type ErrorBody, PROTOCOL_VERSION } from 'prepaint/protocol'
import { NEEDED_HEADERS, type Received } from '../http/routes/doctor.ts'
import { FetchError, fetchText } from './fetch-text.ts'
import type { Finding } from './finding.ts'
import type { PageTag } from './page.ts'

/** Headers of a request as a visitor's browser would send it. Node's fetch sets `sec-fetch-*` of its own. */
function browserHeaders(pageUrl: string): { [name: string]: string } {
  return {
    ...{ 'user-agent': 'Mozilla/5.0 (prepaint-server doctor)', 'accept-language': 'en', 'sec-gpc': '1' },
    origin: new URL(pageUrl).origin,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A failure to reach an address as a finding. */
async function orFinding(code: Finding['code'], check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof FetchError) return [{ code, detail: error.message }]
    throw error
  }
}

function checkScript({ src }: PageTag): Promise<Finding[]> {
  return orFinding('tag_unloadable', async () => {
    if (src === undefined) return []
    const { status, headers } = await fetchText(src)
    const type = headers.get('content-type') ?? 'nothing'
    if (status === 200 && /javascript/.test(type)) return []
    return [{ code: 'tag_unloadable', detail: `${src}: status ${status}, type ${type}` }]
  })
}

function isReceived(value: unknown): value is Received {
  const received = Object(value) as Partial<Received>
  return received.v === PROTOCOL_VERSION && typeof received.cookies === 'number' && Array.isArray(received.headers)
}

function checkProxy(endpoint: string, pageUrl: string): Promise<Finding[]> {
  return orFinding('service_silent', async () => {
    const headers = { ...browserHeaders(pageUrl), cookie: 'prepaint_doctor_a=1; prepaint_doctor_b=1' }
    const { status, text } = await fetchText(`${endpoint}/v1/doctor`, { headers })
    const received = parsed(text)
    if (!isReceived(received))
      return [{ code: 'service_silent', detail: `${endpoint}/v1/doctor: status ${status}, not an answer of ours` }]
    // What fetch itself may not send, no proxy can have lost.
    const lost = NEEDED_HEADERS.filter((name) => name in headers && !received.headers.includes(name))
    return [
      ...(received.cookies > 0
        ? [{ code: 'cookies_leak' as const, detail: `${endpoint}: ${received.cookies} of 2 came through` }]
        : []),
      ...(lost.length > 0 ? [{ code: 'headers_lost' as const, detail: lost.join(', ') }] : []),
    ]
  })
}

function checkDecision(endpoint: string, site: string, pageUrl: string): Promise<Finding[]> {
  return orFinding('service_silent', async () => {
    const page = { path: new URL(pageUrl).pathname, campaign: '', referrer: '' }
    const body = JSON.stringify({ v: PROTOCOL_VERSION, site, consent: 'pending', page })
    const { status, text } = await fetchText(`${endpoint}/v1/decide`, {
      method: 'POST',
      body,
      headers: browserHeaders(pageUrl),
    })
    const { error, v } = Object(parsed(text)) as Partial<ErrorBody & DecideResponse>
    if (status === 200 && v === PROTOCOL_VERSION) return []
    return [
      {
        code: 'service_refuses',
        detail: `${endpoint}/v1/decide: status ${status}${error ? `, ${error.code}: ${error.message}` : ''}`,
      },
    ]
  })
}

async function checkEndpoint(endpoint: string, site: string, pageUrl: string): Promise<Finding[]> {
  const [proxy, decision] = await Promise.all([checkProxy(endpoint, pageUrl), checkDecision(endpoint, site, pageUrl)])
  // Where there is no service, nothing more is to be said of it.
  return [...proxy, ...(proxy.some(({ code }) => code === 'service_silent') ? [] : decision)]
}

/** Checks that the service answers at the tag's address, and how the way there changes requests. */
export async function checkService(tag: PageTag, pageUrl: string): Promise<Finding[]> {
  const { endpoints, site } = tag
  const found = await Promise.all([
    checkScript(tag),
    ...endpoints.map((endpoint) => checkEndpoint(endpoint, site, pageUrl)),
  ])
  return found.flat()
}
