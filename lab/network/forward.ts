import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type ServerResponse,
} from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

/** A request of either HTTP version. */
export type AnyRequest = IncomingMessage | Http2ServerRequest

/** Belong to one connection and are not passed on (RFC 9110, 7.6.1); HTTP/2 refuses them (RFC 9113, 8.2.2). */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings']

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith(':') && !hopByHop.includes(name))
  return Object.fromEntries(kept)
}

/** Target of a forwarded request. */
export interface Onward {
  /** Port on 127.0.0.1. */
  port: number
  /** Path and query. */
  path: string
  /** Replaces headers of the request; `undefined` takes one away. */
  headers?: OutgoingHttpHeaders
}

/** Passes a request on and its answer back as it comes; 502 where the target refuses. */
export function forward(request: AnyRequest, response: ServerResponse, onward: Onward): void {
  const all = { ...endToEnd(request.headers), ...onward.headers }
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  const { port, path } = onward
  const upstream = httpRequest({ host: '127.0.0.1', port, path, method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers))
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  upstream.on('error', () => {
    if (response.headersSent) return void response.destroy()
    response.writeHead(502).end()
  })
  // The browser has gone: so does the request, which may be a stream that never ends.
  response.on('close', () => upstream.destroy())
  request.pipe(upstream)
}
