import type { WallClock } from '../clock.ts'
import { createTimeSlice } from '../consumers/time-slice.ts'
import type { Timelines } from '../consumers/tv/timelines.ts'
import { BEGIN, KNOWN, lineOfRecord } from './airings-line.ts'

/** Interval at which a follower hears that the owner is there, in ms. */
const ALIVE_EVERY_MS = 10_000

/** Bytes that a follower may leave unread, beside the part of all that is known that it reads; beyond them it has to begin anew. */
const MAX_UNREAD_BYTES = 67_108_864

/** Answer that stays open: Node's `ServerResponse`. */
export interface AiringsResponse {
  write(text: string): boolean
  end(): unknown
  destroy(): unknown
  readonly writableLength: number
  readonly destroyed: boolean
  once(event: 'close' | 'drain', listener: () => void): unknown
}

/** The owner's end: what is on TV, for other processes and services. */
export interface AiringsServer {
  /** Tells all that is known, and then each change until the answer is closed. */
  serve(response: AiringsResponse): Promise<void>
  close(): void
}

/** Dependencies of the owner's end. */
export interface AiringsServerOptions {
  timelines: Timelines
  /** Resolves when the timelines have all that the log says. */
  known: Promise<unknown>
  now: WallClock
}

interface Follower {
  response: AiringsResponse
  closed: Promise<void>
  /** Changes since it began; undefined when it has heard of all that was before them. */
  waiting: string[] | undefined
  waitingLength: number
}

/** Begins to tell. */
export function serveAirings({ timelines, known, now }: AiringsServerOptions): AiringsServer {
  const followers = new Set<Follower>()

  function send(follower: Follower, line: string): void {
    const { response, waiting } = follower
    if (waiting) {
      waiting.push(line)
      follower.waitingLength += line.length
    } else response.write(line)
    if (follower.waitingLength > MAX_UNREAD_BYTES || response.writableLength > MAX_UNREAD_BYTES) response.destroy()
  }

  const stop = timelines.onChange((_site, change) => {
    if (!change || followers.size === 0) return
    const line = `${lineOfRecord(change.record, change.revision)}\n`
    for (const follower of followers) send(follower, line)
  })
  const timer = setInterval(() => {
    for (const follower of followers) if (!follower.waiting) send(follower, '\n')
  }, ALIVE_EVERY_MS).unref()

  /** Writes, and waits for who reads slowly. */
  async function write({ response, closed }: Follower, text: string): Promise<void> {
    if (response.destroyed || response.write(text)) return
    await Promise.race([closed, new Promise<void>((resolve) => response.once('drain', resolve))])
  }

  return {
    async serve(response) {
      // An answer that closes before this listener is there never says so again.
      const closed = new Promise<void>((resolve) => response.once('close', resolve))
      await known
      if (response.destroyed) return
      const follower: Follower = { response, closed, waiting: [], waitingLength: 0 }
      // Whatever is applied from now on is told behind what is known, under a greater revision.
      const revisions = new Map(timelines.sites().map((site) => [site, timelines.of(site).revision()]))
      followers.add(follower)
      void closed.then(() => followers.delete(follower))
      await write(follower, `${BEGIN}\n`)
      const pause = createTimeSlice()
      for (const record of timelines.snapshot(now())) {
        const revision = revisions.get(record.site)
        // All of a site that was not known at the beginning is among the changes.
        if (revision === undefined) continue
        await write(follower, `${lineOfRecord(record, revision)}\n`)
        if (response.destroyed) return
        await pause()
      }
      response.write(`${KNOWN}\n`)
      for (const line of follower.waiting ?? []) response.write(line)
      follower.waiting = undefined
      follower.waitingLength = 0
    },
    close() {
      stop()
      clearInterval(timer)
      for (const { response } of followers) response.end()
    },
  }
}
