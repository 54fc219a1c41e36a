import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import { SITE } from './service.ts'

/** Requests of the flood of small ones, and the time that they take: what took 117 MB to 763 MB. */
const SMALL_REQUESTS = 68_000
const SMALL_REQUESTS_MS = 19_000
const SMALL_CONNECTIONS = 16

/** Connections with large bodies: what took 163 MB to 916 MB. */
const LARGE_CONNECTIONS = 1_500
const LARGE_BODY = Buffer.alloc(512_000, '[')

/** Longest wait for their answers, in ms. */
const LARGE_WAIT_MS = 8_000

function post(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

function question(fields: object): object {
  return { v: 1, site: SITE, consent: 'granted', page: { path: '/', campaign: '', referrer: '' }, ...fields }
}

/** Small questions, each of a visitor whom nobody has signed, in a text of 4 KB. */
export async function floodSmall(port: number): Promise<void> {
  const startMs = performance.now()
  let sent = 0
  const send = async (): Promise<void> => {
    const connection = createConnection(port)
    while (sent < SMALL_REQUESTS) {
      const token = `${sent}-`.padEnd(4_000, 'x')
      const dueMs = startMs + (sent++ * SMALL_REQUESTS_MS) / SMALL_REQUESTS
      if (dueMs > performance.now()) await delay(dueMs - performance.now())
      await connection.send(post('/v1/decide', JSON.stringify(question({ token }))))
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: SMALL_CONNECTIONS }, send))
}

/** One body of 512 KB without a key, all but its last byte; half of them say beforehand how long they are. */
function sendLarge(port: number, index: number): Promise<void> {
  return new Promise((resolve) => {
    const [header, before, after] =
      index % 2 === 0
        ? ['Content-Length: 512001', '', '']
        : ['Transfer-Encoding: chunked', `${LARGE_BODY.length.toString(16)}\r\n`, '\r\n']
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n${header}\r\n\r\n${before}`)
      socket.write(LARGE_BODY)
      socket.write(after)
    })
    const end = (): void => void socket.destroy()
    socket.on('data', end)
    socket.on('error', end)
    socket.on('close', () => resolve())
    socket.setTimeout(LARGE_WAIT_MS, end)
  })
}

/** Large bodies of who has no key, all at once. */
export async function floodLarge(port: number): Promise<void> {
  await Promise.all(Array.from({ length: LARGE_CONNECTIONS }, (_none, index) => sendLarge(port, index)))
}

/** Fills a question up to what the service reads. */
function largest(fieldsOf: (filler: string) => object): string {
  const size = (filler: string): number => Buffer.byteLength(JSON.stringify(question(fieldsOf(filler))))
  return post('/v1/decide', JSON.stringify(question(fieldsOf('x'.repeat(8_192 - size(''))))))
}

/** The largest questions that the service takes, each dear in another way. */
export function largestQuestions(): string[] {
  // Many small values are refused: beyond 256 of them.
  const names = Array.from({ length: 220 }, (_none, index) => [`\\u00e9${index}`, [[]]])
  return [
    largest((filler) => ({ link: filler })),
    largest((filler) => ({
      page: { path: filler.slice(0, 4_096), campaign: '%41'.repeat(1_200), referrer: '' },
      token: filler.slice(4_096),
    })),
    largest((filler) => ({ more: Object.fromEntries(names), filler })),
    largest((filler) => ({ filler, more: Array.from({ length: 220 }, () => '\\u') })),
  ]
}

/** The question of a visitor as the tag asks it. */
export function usualQuestion(): string {
  return post('/v1/decide', JSON.stringify(question({ session: { views: 1, visits: 1 }, utcOffsetMin: 60 })))
}
