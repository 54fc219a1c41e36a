import type { TvAttribute, TvSwitch } from 'prepaint/engine'
import type { LiveMessage } from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { WallClock } from '../clock.ts'
import type { PlanLive } from '../decide/live-message.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { type AdmissionOptions, createAdmission } from './admission.ts'
import { type Channel, createChannels } from './channels.ts'
import { eventOf, HEARTBEAT, retryOf } from './event-text.ts'
import { isPersonal } from './is-personal.ts'
import { isSaid, withdrawnBy } from './plan-change.ts'
import { endStream, type LiveQuestion, type LiveResponse, type Stream } from './stream.ts'
import { createTelling, sendAll } from './telling.ts'

/** Interval of heartbeats, in ms. */
const HEARTBEAT_EVERY_MS = 15_000

/** Interval at which ends of plans, and other versions for who has a profile, are looked for, in ms. */
const LOOK_EVERY_MS = 5_000

/** Time before its end at which a plan is told anew, in ms. */
const BEFORE_END_MS = 60_000

/** Time after which a page opens a stream again whose connection was lost, in ms. */
const RETRY_MS = 3_000

/** Open streams, and what pages are told by them. */
export interface LiveStreams {
  /** Returns what a page that asks now is told; undefined if the site has no live slot. */
  message(question: LiveQuestion): LiveMessage | undefined
  /** Takes one more in; false if there is no room. A network is undefined where everybody comes from one place. */
  enter(network: string | undefined): boolean
  /** Tells a page that was taken in the plan, and each change of it until its answer is closed. */
  open(response: LiveResponse, question: LiveQuestion, network: string | undefined): void
  /** Notes that a site's airings or its catalog have changed: who has to know is told. */
  changed(site: string): void
  /** Ends all streams, and refuses new ones. */
  close(): void
}

/** Dependencies of streams. */
export interface LiveStreamsOptions extends AdmissionOptions {
  siteOf(name: string): Site | undefined
  plan: PlanLive
  /** Returns what of a site has been switched off after a revision, and is off still. */
  offSince(site: string, revision: number): readonly TvSwitch[]
  now: WallClock
  /** Uniform in [0, 1). */
  random(): number
  metrics: Pick<Metrics, 'counter' | 'gauge'>
}

function revisionOf(version: string | undefined): number {
  return Number(/^\d+/.exec(version ?? '')?.[0] ?? Infinity)
}

/** Returns true if what was switched off may have answered a question about TV. */
function mayAnswer({ scope, name = '' }: TvSwitch, { spots }: TvAttribute): boolean {
  return scope !== 'spot' || !spots || spots.includes(name)
}

/** Returns the live slots that ask for what was switched off and that show nobody in general anything now: somebody may see it there still. */
function stoppedIn({ compiled }: Site, { slots }: LiveMessage, off: readonly TvSwitch[]): string[] {
  return compiled.slots
    .filter(
      ({ name, isLive }) => isLive && !slots[name]?.draw && ['no-match', 'no-id'].includes(slots[name]?.reason ?? ''),
    )
    .filter(({ tv }) => tv.some((question) => off.some((order) => mayAnswer(order, question))))
    .map(({ name }) => name)
}

/** Begins without streams. */
export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { siteOf, plan, offSince, now, random, metrics } = options
  const admission = createAdmission(options)
  const channels = createChannels()
  const count = metrics.counter('live_messages_total', 'Plans that were sent to open streams.', ['site'])
  metrics.gauge('live_streams', 'Streams of live slots that are open.', () => admission.count)
  let isClosed = false

  function message({ site: name, version, ...context }: LiveQuestion): LiveMessage | undefined {
    const site = siteOf(name)
    const planned = site && plan(site, context)
    const off = planned ? offSince(name, revisionOf(version)) : []
    if (!planned || off.length === 0) return planned
    const stop = stoppedIn(site, planned, off)
    return stop.length > 0 ? { ...planned, stop } : planned
  }

  /** Tells a channel what has changed for it, and a longer plan if its own is about to end. */
  async function renew(channel: Channel): Promise<void> {
    const { site, context, streams, isAnew } = channel
    const told = [...channel.told].sort((one, other) => revisionOf(one.plan.version) - revisionOf(other.plan.version))
    const [before] = told
    const next = before && message({ site: site.name, ...context, version: before.plan.version })
    if (!next) return
    const nowMs = now()
    const isLonger = channel.isEnding && next.plan.untilMs > before.plan.untilMs
    // Who has a profile asks for a plan by itself if there is another version; often enough every few seconds.
    const isNews =
      isPersonal(site) && next.plan.version !== before.plan.version && nowMs - channel.toldMs >= LOOK_EVERY_MS
    if (next.stop === undefined && isSaid(before, next, nowMs) && !isLonger && !isNews && !isAnew) return
    const withdrawn = told.flatMap((each) => withdrawnBy(each, next, nowMs))
    const stop = [...new Set([...withdrawn, ...(next.stop ?? [])])]
    Object.assign(channel, {
      told: new Set([next]),
      toldMs: nowMs,
      isEnding: false,
      isAnew: false,
    } satisfies Partial<Channel>)
    count([site.name], streams.size)
    await sendAll(streams, eventOf(stop.length > 0 ? { ...next, stop } : next))
  }

  const changed = createTelling({ channels, siteOf, renew, end: (stream) => endStream(stream, random) })

  function lookForEnds(): void {
    const soonMs = now() + BEFORE_END_MS
    for (const channel of channels.all()) {
      channel.isEnding = [...channel.told].some(({ plan: { untilMs } }) => untilMs <= soonMs)
      if (channel.isEnding || isPersonal(channel.site)) changed(channel.site.name)
    }
  }

  const open = (): Stream[] => channels.all().flatMap(({ streams }) => [...streams])
  const timers = [
    setInterval(() => void sendAll(open(), HEARTBEAT), HEARTBEAT_EVERY_MS).unref(),
    setInterval(lookForEnds, LOOK_EVERY_MS).unref(),
  ]
  return {
    message,
    enter: (network) => !isClosed && admission.enter(network),
    open(response, question, network) {
      const stream = { response, question }
      response.once('close', () => {
        channels.leave(stream)
        admission.leave(network)
      })
      const site = siteOf(question.site)
      const first = message(question)
      if (!site || !first) return endStream(stream, random)
      channels.join(site, stream, [first], now())
      count([question.site])
      response.write(retryOf(RETRY_MS) + eventOf(first))
    },
    changed,
    close() {
      isClosed = true
      for (const timer of timers) clearInterval(timer)
      for (const stream of open()) endStream(stream, random)
    },
  }
}
