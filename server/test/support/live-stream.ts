import { type IncomingMessage, request } from 'node:http'
import type { LiveMessage } from 'prepaint/protocol'
import { onTestFinished } from 'vitest'

/** One open stream of live slots, read as a browser does. */
export interface ReadStream {
  status: number
  headers: { [name: string]: string | string[] | undefined }
  /** All that came so far. */
  text(): string
  /** Messages that came so far. */
  messages(): LiveMessage[]
  /** Id of the event that came last, which a browser shows when it comes back. */
  lastId(): string
  /** Resolves with the message of this number, from 0. */
  message(index: number): Promise<LiveMessage>
  /** Resolves when the service has ended it. */
  ended: Promise<void>
  /** Reads no more of it. */
  pause(): void
  close(): void
}

/** Opens one; it is closed when the test is over. */
export async function readLive(address: string, headers: { [name: string]: string } = {}): Promise<ReadStream> {
  let text = ''
  const listeners = new Set<() => void>()
  const messages = (): LiveMessage[] =>
    text
      .split('\n\n')
      .slice(0, -1)
      .flatMap((event) => /^event: plan\ndata: (.*)$/m.exec(event)?.[1] ?? [])
      .map((data) => JSON.parse(data) as LiveMessage)
  const { promise: ended, resolve: onEnded } = Promise.withResolvers<void>()
  const asked = request(address, { headers: { accept: 'text/event-stream', ...headers }, agent: false })
  onTestFinished(() => void asked.destroy())
  asked.on('error', () => onEnded())
  asked.end()
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.once('error', reject)
  })
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (const listener of listeners) listener()
  })
  answer.on('error', () => undefined)
  answer.once('close', onEnded)
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: () => text,
    messages,
    lastId: () => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '',
    message: (index) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages()[index]
          if (!found) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
      }),
    ended,
    pause: () => void answer.pause(),
    close: () => void asked.destroy(),
  }
}
