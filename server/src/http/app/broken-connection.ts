import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from 'prepaint/protocol'
import type { MonotonicClock } from '../../clock.ts'
import { errorBody, errors, HttpError } from './errors.ts'

/** Methods that some route of ours takes. */
const METHODS = 'GET, HEAD, OPTIONS, POST'

/** Most lines about broken connections, in ms: who breaks them fills no disk. */
const LINE_EVERY_MS = 10_000

/** The first line of a request whose method the parser does not know (RFC 9112, 3). */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]{1,64} [^ ]+ HTTP\/1\.[01]\r?\n/

/** Node's error codes for a connection that ended in the middle of a request. */
const GONE: readonly (string | undefined)[] = ['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']

/** Callbacks for broken connections. */
export interface BrokenOptions {
  onBroken(code: ErrorCode): void
  /** Takes a line about the first of them, and then one every 10 s at most. */
  warn(fields: { code: ErrorCode; status: number; count: number }, message: string): void
  now: MonotonicClock
}

/** Error of Node's HTTP parser. */
export type ParserError = Error & { code?: string; rawPacket?: unknown }

function codeOf({ code, rawPacket }: ParserError): ErrorCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_late'
  const isOtherMethod =
    code === 'HPE_INVALID_METHOD' && Buffer.isBuffer(rawPacket) && REQUEST_LINE.test(rawPacket.toString('latin1'))
  return isOtherMethod ? 'method_not_allowed' : 'request_invalid'
}

/** The whole answer, for a connection on which no request was understood. */
function answerText(code: ErrorCode): string {
  const { status } = errors[code]
  const body = JSON.stringify(errorBody(new HttpError(code)))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    ...(code === 'method_not_allowed' ? [`Allow: ${METHODS}`] : []),
    'X-Content-Type-Options: nosniff',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** Makes what ends connections on which no HTTP arrives, or not in time: there is no request that could be answered. */
export function createBrokenConnections({ onBroken, warn, now }: BrokenOptions) {
  let nextLineMs = -Infinity
  let count = 0

  function tell(code: ErrorCode): void {
    onBroken(code)
    // A slow client is nothing to mend.
    if (code === 'request_late') return
    count++
    if (now() < nextLineMs) return
    nextLineMs = now() + LINE_EVERY_MS
    warn({ code, status: errors[code].status, count }, 'requests were refused that no route has seen')
    count = 0
  }

  function refuse(code: ErrorCode, socket: Duplex): void {
    tell(code)
    socket.end(answerText(code))
  }

  return {
    end(error: ParserError, socket: Duplex): void {
      // Its client has gone, or was answered before and has not sent the rest: nothing is refused, and nobody is told.
      if (GONE.includes(error.code) || !socket.writable) return void socket.destroy()
      refuse(codeOf(error), socket)
    },
    /** A tunnel, which a service is none for. */
    refuseTunnel: (socket: Duplex): void => refuse('method_not_allowed', socket),
  }
}
