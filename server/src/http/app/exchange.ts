import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'

/** The part of a request that tells who asks: of the framework's, and of an {@link Exchange}. */
export interface Asker {
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** An asker whose site is noted. */
export interface SiteAsker extends Asker {
  siteName: string
}

/** An answer to which header fields are added. */
export interface Headed {
  header(name: string, value: string): unknown
}

/** One request and its answer, without the framework. */
export class Exchange implements SiteAsker, Headed {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly headers: IncomingHttpHeaders
  readonly socket: IncomingMessage['socket']
  readonly sinceMs = performance.now()
  siteName = ''
  /** Names and values of the answer's header, in turn. */
  readonly head: string[] = ['x-content-type-options', 'nosniff']
  /** Made when there is something to write. */
  log: FastifyBaseLogger | undefined

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.message = message
    this.response = response
    this.headers = message.headers
    this.socket = message.socket
  }

  header(name: string, value: string): void {
    this.head.push(name, value)
  }

  /** Answers with text of which each character is one byte. */
  send(status: number, bytes: string): void {
    this.head.push('content-type', 'application/json; charset=utf-8', 'content-length', String(bytes.length))
    this.response.writeHead(status, this.head).end(bytes, 'latin1')
  }
}
