import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { forward } from './forward.ts'
import { listen, type Listening } from './listen.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'

/**
 * Ways in which a service can fail.
 * - `none`: it does not.
 * - `delay`: it answers rightly, `delayMs` late.
 * - `never`: it accepts and never answers.
 * - `refuse`: it cuts the connection.
 * - `garbage`: 200 with HTML.
 * - `truncated`: 200 with JSON that ends in the middle.
 * - `status`: 503 with an error body.
 */
export type Fault =
  { kind: 'none' | 'never' | 'refuse' | 'garbage' | 'truncated' | 'status' } | { kind: 'delay'; delayMs: number }

/** A service with a fault in front of it. */
export interface FaultyService extends Listening {
  requests: RequestLog
  /** Holds for requests that come from now on. */
  setFault(fault: Fault): void
}

type Reaction = (request: IncomingMessage, response: ServerResponse) => void

/** An answer of our own; CORS is open, so that what a page gets is the fault and not a refusal by its browser. */
function answer(status: number, type: string, body: string): Reaction {
  return (request, response) => {
    request.resume()
    const origin = request.headers.origin ?? '*'
    response.writeHead(status, { 'content-type': type, 'access-control-allow-origin': origin }).end(body)
  }
}

const reactions: Record<Exclude<Fault['kind'], 'none' | 'delay'>, Reaction> = {
  never: (request) => void request.resume(),
  refuse: (request) => void request.socket.destroy(),
  garbage: answer(200, 'text/html', '<!doctype html><title>Welcome</title><h1>It works!</h1>'),
  truncated: answer(200, 'application/json', '{"v":1,"catalog":"c1","ttlMs":60000,"slots":{"hero":{"reas'),
  status: answer(503, 'application/json', '{"error":{"code":"internal","message":"Planted by the lab."}}'),
}

/** Stands in front of the service on `targetPort` and passes everything on until a fault is set. */
export async function createFaultyService(options: { targetPort: number }): Promise<FaultyService> {
  const requests = createRequestLog()
  let fault: Fault = { kind: 'none' }
  const server = createServer((request, response) => {
    requests.add(request)
    const pass = () => {
      // Who has left while we waited would never end the request that we pass on.
      if (response.destroyed) return
      forward(request, response, { port: options.targetPort, path: request.url ?? '/' })
    }
    if (fault.kind === 'none') return pass()
    if (fault.kind === 'delay') return void setTimeout(pass, fault.delayMs).unref()
    reactions[fault.kind](request, response)
  })
  return {
    ...(await listen(server)),
    requests,
    setFault(next) {
      fault = next
    },
  }
}
