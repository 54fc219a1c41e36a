import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { LogError, type LogRecord } from '../streams/log.ts'
import { encodeBundle } from './bundle.ts'

/** Path of the owner's admin listener at which entries are taken. */
export const LOG_PATH = '/v1/log'

/** Largest body, in bytes: the largest batch of a client, with what is noted beside each event. */
export const MAX_FORWARDED_BYTES = 2_097_152

/** Connections to the owner: so many bodies are under way at once. */
const MAX_CONNECTIONS = 32

/** Bytes that may be under way or wait for a connection; beyond them nothing more is taken. */
const MAX_WAITING_BYTES = 33_554_432

/** Longest wait for the owner to have them on disk, in ms; clients give up after 10 s. */
const TIMEOUT_MS = 5_000

/** Another service that owns the log. */
export interface Forward {
  /**
   * Resolves once all of them are on disk there.
   * @throws LogError when they are not, or nobody knows; sent again they may be there twice.
   */
  append(records: readonly LogRecord[]): Promise<void>
  close(): void
}

/** Options for reaching the owner. */
export interface ForwardOptions {
  /** Its admin listener, such as `http://10.0.0.5:4311`. */
  ownerUrl: string
  /** Unix socket at which it listens, in place of the address's host and port. */
  socketPath?: string
  /** Key that the owner accepts. */
  key: string
  /** Default 5,000. */
  timeoutMs?: number
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text = (text + String(chunk)).slice(0, 500)
  return text
}

/** Makes the way to the owner; nothing is sent yet. */
export function createForward(options: ForwardOptions): Forward {
  const { ownerUrl, socketPath, key, timeoutMs = TIMEOUT_MS } = options
  const url = new URL(LOG_PATH, ownerUrl)
  const isTls = url.protocol === 'https:'
  const agentOptions = { keepAlive: true, maxSockets: MAX_CONNECTIONS }
  const agent = isTls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions)
  let waitingBytes = 0

  function post(body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/octet-stream',
        'content-length': body.length,
      }
      const sent = {
        method: 'POST',
        agent,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        ...(socketPath === undefined ? {} : { socketPath }),
      }
      const request = (isTls ? httpsRequest : httpRequest)(url, sent, (answer) => {
        textOf(answer).then((text) => {
          if (answer.statusCode === 200) resolve()
          else reject(new Error(`${url.href} answers ${answer.statusCode}: ${text}`))
        }, reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  return {
    async append(records) {
      const body = encodeBundle(records)
      if (waitingBytes + body.length > MAX_WAITING_BYTES) throw new LogError(`${url.origin} takes events too slowly`)
      waitingBytes += body.length
      try {
        await post(body)
      } catch (cause) {
        throw new LogError(
          `events cannot be handed to ${url.origin}: see that the service which owns the log is up, and has the same secret`,
          { cause },
        )
      } finally {
        waitingBytes -= body.length
      }
    },
    close: () => agent.destroy(),
  }
}
