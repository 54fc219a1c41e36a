import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { createTimeSlice } from '../consumers/time-slice.ts'
import type { Replacement, Timelines } from '../consumers/tv/timelines.ts'
import { AIRINGS_PATH, BEGIN, KNOWN, recordOfLine } from './airings-line.ts'

/** First and longest pause before the owner is asked again, in ms. */
const FIRST_PAUSE_MS = 50
const MAX_PAUSE_MS = 5_000

/** Longest time in which nothing comes of an owner that is there, in ms. */
const SILENT_MS = 30_000

/** Time after which a start waits no longer for what is on TV, in ms: pages without it are better than none. */
const KNOWN_WITHIN_MS = 5_000

/** Airings of the service that owns the log. */
export interface FollowedAirings {
  /** Resolves when all is known that the owner knows, or after 5 s. */
  known: Promise<void>
  close(): void
}

/** Options of following. */
export interface FollowAiringsOptions {
  /** The owner's admin listener. */
  ownerUrl: string
  /** Unix socket at which it listens, in place of the address's host and port. */
  socketPath?: string
  /** Key that the owner accepts. */
  key: string
  timelines: Timelines
  /** Called if the owner cannot be heard; what is known stays. */
  onProblem(problem: string, cause: unknown): void
  /** Default 5,000. */
  knownWithinMs?: number
}

/** Follows what the owner of the log says of TV: all of it first, and again whenever the connection was lost. */
export function followAirings(options: FollowAiringsOptions): FollowedAirings {
  const { ownerUrl, socketPath, key, timelines, onProblem, knownWithinMs = KNOWN_WITHIN_MS } = options
  const url = new URL(AIRINGS_PATH, ownerUrl)
  const { promise: known, resolve: onKnown } = Promise.withResolvers<void>()
  const closed = new AbortController()
  const giveUp = setTimeout(onKnown, knownWithinMs).unref()
  let pauseMs = FIRST_PAUSE_MS

  function ask(): Promise<IncomingMessage> {
    const asked = {
      headers: { authorization: `Bearer ${key}` },
      agent: false,
      signal: closed.signal,
      timeout: SILENT_MS,
      ...(socketPath === undefined ? {} : { socketPath }),
    }
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, asked, (answer) => {
        if (answer.statusCode === 200) return resolve(answer)
        answer.resume()
        reject(new Error(`${url.href} answers ${answer.statusCode}`))
      })
      request.on('timeout', () => request.destroy(new Error(`${url.href} says nothing`)))
      request.on('error', reject)
      request.end()
    })
  }

  async function follow(): Promise<void> {
    let replacement: Replacement | undefined
    const pause = createTimeSlice()
    const answer = await ask()
    // The end of a line reader is told by its input's; an error is thrown to who reads.
    for await (const line of createInterface({ input: answer.on('error', () => undefined) })) {
      if (line === BEGIN) replacement = timelines.replace()
      else if (line === KNOWN) {
        replacement?.use()
        replacement = undefined
        pauseMs = FIRST_PAUSE_MS
        onKnown()
      } else if (line !== '') {
        const { record, revision } = recordOfLine(line)
        ;(replacement ?? timelines).apply(record, revision)
      }
      await pause()
    }
  }

  async function goOn(): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        await follow()
      } catch (cause) {
        // Once an outage: it is tried again and again.
        if (!closed.signal.aborted && pauseMs === FIRST_PAUSE_MS * 2 ** 4)
          onProblem('the owner of the log cannot be asked what is on TV: what is known of it stays', cause)
      }
      await wait(pauseMs, undefined, closed).catch(() => undefined)
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)
    }
  }

  void goOn()
  return {
    known,
    close() {
      closed.abort()
      clearTimeout(giveUp)
      onKnown()
    },
  }
}
