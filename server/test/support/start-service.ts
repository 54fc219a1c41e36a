import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BatchResponse, DecideResponse, ErrorBody } from 'prepaint/protocol'
import { onTestFinished } from 'vitest'
import type { ServiceParts } from '../../src/service/core.ts'
import { createService, type Service } from '../../src/service/service.ts'
import type { ServiceConfig } from '../../src/settings/settings.ts'

/** A site with what the tests ask for. */
export const CATALOG = `site: agency
origins: [https://www.brand.example, http://plain.example]
slots:
  masthead: { selector: header.masthead }
  headline: {}
audiences:
  spring: { page.campaign: spring }
  buyers: { traits.plan: pro, "events.Order Completed": { $gte: 1 } }
  phones: { page.device: mobile, page.language: de-CH }
  newcomers: { pageViews: 0 }
experiences:
  - id: thanks
    slot: headline
    audience: buyers
    variants: [{ id: thanks, do: [{ text: Thank you }] }]
  - id: spring-headline
    slot: headline
    audience: spring
    variants: [{ id: spring, do: [{ text: Spring is here }] }]
  - id: split
    slot: masthead
    audience: phones
    variants: [{ id: a, do: [{ class: { add: [promo] } }] }, { id: b }]
  - id: welcome
    slot: masthead
    audience: newcomers
    variants: [{ id: welcome, do: [{ background: /welcome.jpg }] }]
`

/** The origin of the site's pages. */
export const ORIGIN = 'https://www.brand.example'

/** Facts that a page sends. */
export const PAGE = { path: '/', campaign: '', referrer: '' }

/** An answer of the service. */
export interface Answer<Body> {
  status: number
  headers: Headers
  body: Body
}

/** Header fields by name. */
export interface Fields {
  [name: string]: string
}

/** A service that listens, and the ways to talk to it. */
export interface RunningService {
  service: Service
  url: string
  dataDirectory: string
  catalogFile: string
  /** Lines of the service's log so far, parsed. */
  logLines: { [field: string]: unknown }[]
  /** Resolves with the first line, also an earlier one, that satisfies `isIt`. */
  logged(isIt: (line: { [field: string]: unknown }) => boolean): Promise<{ [field: string]: unknown }>
  post<Body = ErrorBody>(path: string, body: unknown, headers?: Fields): Promise<Answer<Body>>
  decide(question?: object, headers?: Fields): Promise<Answer<DecideResponse>>
  /** Sends events of one visitor, all of them at `sentAt`. */
  batch(token: string, events: unknown[], headers?: Fields): Promise<Answer<BatchResponse>>
}

/** A directory that is removed when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

function collectLines() {
  const lines: { [field: string]: unknown }[] = []
  const listeners = new Set<() => void>()
  return {
    lines,
    stream: {
      write(line: string) {
        lines.push(JSON.parse(line) as { [field: string]: unknown })
        for (const listener of listeners) listener()
      },
    },
    first(isIt: (line: { [field: string]: unknown }) => boolean): Promise<{ [field: string]: unknown }> {
      return new Promise((resolve) => {
        const look = (): void => {
          const found = lines.find(isIt)
          if (found) resolve(found)
        }
        listeners.add(look)
        look()
      })
    },
  }
}

async function postJson<Body>(url: string, body: unknown, headers: Fields): Promise<Answer<Body>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, { method: 'POST', body: text, headers })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
}

/** Starts a service over real files and a free port; it is closed when the test is over. */
export async function startService(
  config: Partial<ServiceConfig> & { catalog?: string } = {},
  parts: ServiceParts = {},
): Promise<RunningService> {
  const directory = config.dataDirectory ?? (await temporaryDirectory())
  const { catalog = CATALOG, ...settings } = config
  const catalogFile = join(directory, 'catalog.yaml')
  await writeFile(catalogFile, catalog)
  const log = collectLines()
  const dataDirectory = join(directory, 'data')
  const service = await createService(
    { catalogs: [catalogFile], port: 0, logRequests: true, drainMs: 0, ...settings, dataDirectory },
    { logStream: log.stream, ...parts },
  )
  onTestFinished(() => service.close())
  const { url } = await service.listen()

  const post: RunningService['post'] = (path, body, headers = {}) => postJson(url + path, body, headers)
  return {
    service,
    url,
    dataDirectory,
    catalogFile,
    logLines: log.lines,
    logged: log.first,
    post,
    decide: (question = {}, headers = {}) =>
      post('/v1/decide', { v: 1, site: 'agency', consent: 'granted', page: PAGE, ...question }, headers),
    batch: (token, events, headers = {}) =>
      post('/v1/batch', { v: 1, site: 'agency', consent: 'granted', token, sentAt: SENT_AT, batch: events }, headers),
  }
}

/** The client's clock in these tests. */
export const SENT_AT = '2026-11-21T09:00:00.000Z'

/** An event of every type. */
export const EVENTS = {
  identify: { type: 'identify', messageId: 'm-1', timestamp: SENT_AT, traits: { plan: 'pro' }, userId: 'person-1' },
  order: { type: 'track', messageId: 'm-2', timestamp: SENT_AT, event: 'Order Completed', properties: { total: 9 } },
  page: { type: 'page', messageId: 'm-3', timestamp: SENT_AT, name: 'Home' },
}
