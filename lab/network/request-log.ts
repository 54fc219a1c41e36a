import type { IncomingHttpHeaders } from 'node:http'

/** A request as a server of the lab saw it. */
export interface SeenRequest {
  method: string
  /** Path without query, as received. */
  path: string
  /** From the `?` on; empty without one. */
  query: string
  headers: IncomingHttpHeaders
  /** Major HTTP version. */
  httpVersion: 1 | 2
  /** Time at which its headers had arrived, in ms since the epoch with fractions. */
  atMs: number
}

/** Requests that a server of the lab has received. */
export interface RequestLog {
  /** Requests of one path, oldest first; of every path when none is named. */
  of(path?: string): SeenRequest[]
  clear(): void
}

interface Incoming {
  method?: string | undefined
  url?: string | undefined
  headers: IncomingHttpHeaders
  httpVersionMajor: number
}

/** The log, with the side that writes to it. */
export function createRequestLog(
  nowMs = () => performance.timeOrigin + performance.now(),
): RequestLog & { add(request: Incoming): SeenRequest } {
  let seen: SeenRequest[] = []
  return {
    of: (path) => seen.filter((request) => path === undefined || request.path === path),
    clear() {
      seen = []
    },
    add({ method = 'GET', url = '/', headers, httpVersionMajor }) {
      const cut = url.indexOf('?')
      const path = cut < 0 ? url : url.slice(0, cut)
      const query = cut < 0 ? '' : url.slice(cut)
      const httpVersion = httpVersionMajor === 2 ? 2 : 1
      const request: SeenRequest = { method, path, query, headers, httpVersion, atMs: nowMs() }
      seen.push(request)
      return request
    },
  }
}
