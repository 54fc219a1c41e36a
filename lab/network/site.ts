import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Certificate } from './certificate.ts'
import { type AnyRequest, forward } from './forward.ts'
import { listen, type Listening } from './listen.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'

/** A page as the server sends it: piece by piece, so that a border can lie inside a slot. */
export interface SitePage {
  chunks: {
    html: string
    /** Wait before this chunk, in ms; default 0. */
    delayMs?: number
    /** Delays this chunk until it resolves, called at every request, and may write its HTML; default nothing. */
    until?: () => Promise<unknown>
  }[]
  headers?: OutgoingHttpHeaders
}

/** A file of the site. */
export interface SiteAsset {
  body: string | Uint8Array
  type: string
  /** Wait before the answer, in ms; default 0, `Infinity` never answers. */
  delayMs?: number
  headers?: OutgoingHttpHeaders
}

/** Parts of a site. */
export interface SiteOptions {
  /** By path; asked for at every request, so that a test may change it. */
  pages: { [path: string]: SitePage }
  /** Anything else, by path; `undefined` is a 404. */
  asset?: (path: string) => SiteAsset | undefined
  /** The service that `/pp/*` goes to, unless the site has the path itself; without one those paths are 404. */
  servicePort?: number
  /** The brand's own app server, which anything else goes to; without one it is 404. */
  appPort?: number
  /** Default: a free one. */
  port?: number
  /** With it the site speaks HTTPS: HTTP/2, and HTTP/1.1 to those who ask for it. */
  tls?: Certificate
}

/** A brand's own origin. */
export interface Site extends Listening {
  /** Without a final slash: `http://localhost:1234`. */
  origin: string
  requests: RequestLog
}

async function sendPage(response: ServerResponse, page: SitePage): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', ...page.headers })
  for (const chunk of page.chunks) {
    const { delayMs, until } = chunk
    if (delayMs) await delay(delayMs)
    await until?.()
    if (response.destroyed) return
    response.write(chunk.html)
  }
  response.end()
}

async function sendAsset(response: ServerResponse, asset: SiteAsset): Promise<void> {
  if (asset.delayMs === Infinity) return
  if (asset.delayMs) await delay(asset.delayMs)
  response.writeHead(200, { 'content-type': asset.type, ...asset.headers }).end(asset.body)
}

/** The brand's own cookies (session, login) are none of the service's business. */
function ourCookies(header = ''): string | undefined {
  return (
    header
      .split('; ')
      .filter((cookie) => /^(__Host-)?pp_/.test(cookie))
      .join('; ') || undefined
  )
}

function proxy(request: AnyRequest, response: ServerResponse, servicePort: number): void {
  const { host, [':authority']: authority, cookie } = request.headers
  forward(request, response, {
    port: servicePort,
    path: (request.url ?? '').slice('/pp'.length),
    headers: {
      host: undefined,
      cookie: ourCookies(cookie),
      'x-forwarded-host': String(authority ?? host),
      'x-forwarded-proto': 'encrypted' in request.socket ? 'https' : 'http',
      'x-forwarded-for': request.socket.remoteAddress,
    },
  })
}

/** Starts a site on `localhost`. */
export async function createSite(options: SiteOptions): Promise<Site> {
  const requests = createRequestLog()

  async function handle(request: AnyRequest, response: ServerResponse): Promise<void> {
    const { path } = requests.add(request)
    const page = options.pages[path]
    if (page) return sendPage(response, page)
    const asset = options.asset?.(path)
    if (asset) return sendAsset(response, asset)
    if (path.startsWith('/pp/') && options.servicePort) return proxy(request, response, options.servicePort)
    if (options.appPort) return forward(request, response, { port: options.appPort, path: request.url ?? '' })
    response.writeHead(404).end()
  }

  const server: Server = options.tls
    ? createSecureServer({ allowHTTP1: true, key: options.tls.key, cert: options.tls.cert }, (request, response) => {
        // Http2ServerResponse is made to be used as a ServerResponse (Node's "Compatibility API").
        void handle(request, response as unknown as ServerResponse)
      })
    : createServer((request, response) => void handle(request, response))
  const listening = await listen(server, options.port)
  return { ...listening, requests, origin: `http${options.tls ? 's' : ''}://localhost:${listening.port}` }
}
