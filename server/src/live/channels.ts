import type { LiveMessage } from 'prepaint/protocol'
import { createReads } from '../catalog/reads.ts'
import type { Site } from '../catalog/site.ts'
import type { LiveContext } from '../decide/live-message.ts'
import type { Stream } from './stream.ts'

/** Streams that are told the same. */
export interface Channel {
  /** The site as it was when its streams were put together. */
  site: Site
  key: string
  /** Circumstances of one of them, as far as the site asks for them those of all. */
  context: LiveContext
  /** Messages that were told last: one, or several if a change of the catalog has put together who had heard different ones. */
  told: Set<LiveMessage>
  /** Time of that, in ms since 1970. */
  toldMs: number
  /** True if its plan is about to end. */
  isEnding: boolean
  /** True if the catalog has changed since then: that is told to everybody. */
  isAnew: boolean
  streams: Set<Stream>
}

/** Open streams by what they are told. */
export interface Channels {
  /** Takes a stream in, whose page has been told this. */
  join(site: Site, stream: Stream, told: Iterable<LiveMessage>, toldMs: number): Channel
  leave(stream: Stream): void
  /** Returns the channels of a site. */
  of(site: string): Channel[]
  all(): Channel[]
  /** Puts a site's streams together anew: another catalog may ask for other facts. */
  regroup(site: Site): void
}

/** Begins without streams. */
export function createChannels(): Channels {
  const bySite = new Map<string, Map<string, Channel>>()
  const channelOf = new WeakMap<Stream, Channel>()
  const readsOf = createReads()

  /** Returns the same text for all that are told the same. */
  function keyOf(site: Site, { page, geo = {} }: LiveContext): string {
    const reads = readsOf(site)
    const facts = Object.entries(page).filter(([name]) => reads.page.has(name))
    return JSON.stringify([facts.sort(), geo.country, geo.region, reads.geo ? geo.city : ''])
  }

  function join(site: Site, stream: Stream, told: Iterable<LiveMessage>, toldMs: number): Channel {
    const key = keyOf(site, stream.question)
    const ofSite = bySite.get(site.name) ?? new Map<string, Channel>()
    bySite.set(site.name, ofSite)
    const { page, geo } = stream.question
    const context = { page, geo }
    const fresh = (): Channel => ({
      ...{ site, key, context, told: new Set(told), toldMs },
      ...{ isEnding: false, isAnew: false, streams: new Set<Stream>() },
    })
    const channel = ofSite.get(key) ?? fresh()
    ofSite.set(key, channel)
    channel.streams.add(stream)
    channelOf.set(stream, channel)
    return channel
  }

  const of = (site: string): Channel[] => [...(bySite.get(site)?.values() ?? [])]
  return {
    join,
    leave(stream) {
      const channel = channelOf.get(stream)
      if (!channel?.streams.delete(stream) || channel.streams.size > 0) return
      const ofSite = bySite.get(channel.site.name)
      if (ofSite?.get(channel.key) === channel) ofSite.delete(channel.key)
    },
    of,
    all: () => [...bySite.values()].flatMap((ofSite) => [...ofSite.values()]),
    regroup(site) {
      const before = of(site.name)
      bySite.delete(site.name)
      for (const { streams, told, toldMs } of before)
        for (const stream of streams) {
          const channel = join(site, stream, told, toldMs)
          channel.isAnew = true
          for (const message of told) channel.told.add(message)
        }
    },
  }
}
