import type { Site } from '../catalog/site.ts'
import { createTimeSlice } from '../consumers/time-slice.ts'
import { type Channel, type Channels } from './channels.ts'
import { sendTo, type Stream } from './stream.ts'

/** Writes the same to many; between slices of it others have their turn. */
export async function sendAll(streams: Iterable<Stream>, text: string): Promise<void> {
  const pause = createTimeSlice()
  for (const stream of [...streams]) {
    await pause()
    sendTo(stream, text)
  }
}

/** Options of telling. */
export interface TellingOptions {
  channels: Channels
  siteOf(name: string): Site | undefined
  /** Tells a channel what has changed for it. */
  renew(channel: Channel): Promise<void>
  /** Ends a stream of a site that has no TV any more. */
  end(stream: Stream): void
}

/** Makes what has the channels of a site told that something may have changed: one after the other, so that no page hears an older plan last. */
export function createTelling({ channels, siteOf, renew, end }: TellingOptions): (site: string) => void {
  const waiting = new Set<string>()
  let isTelling = false

  async function tellSite(name: string): Promise<void> {
    const site = siteOf(name)
    const before = channels.of(name)
    if (!site?.compiled.hasTv) {
      for (const { streams } of before) for (const stream of streams) end(stream)
      return
    }
    if (before.some((channel) => channel.site !== site)) channels.regroup(site)
    const pause = createTimeSlice()
    for (const channel of channels.of(name)) {
      await pause()
      await renew(channel)
    }
  }

  async function tell(): Promise<void> {
    if (isTelling) return
    isTelling = true
    try {
      for (const site of waiting) {
        waiting.delete(site)
        await tellSite(site)
      }
    } finally {
      isTelling = false
    }
  }

  return (site) => {
    // Many changes of one turn are told together.
    if (waiting.size === 0 && !isTelling) setImmediate(() => void tell())
    waiting.add(site)
  }
}
