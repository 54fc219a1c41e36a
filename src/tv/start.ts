import type { Bridge, CacheRecord } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import type { Served } from '../late/served.ts'
import type { Cue, LiveMessage, TvPlan } from '../protocol/index.ts'
import { armOf } from './arm.ts'
import { createClock } from './clock.ts'
import { type Contents, createLoad } from './contents.ts'
import { splitCues } from './cues.ts'
import { createHold } from './hold.ts'
import { queryOf } from './query.ts'
import { createSampler } from './sample-answer.ts'
import { createStream } from './stream.ts'
import { createSwapper, type Target } from './swap-live.ts'

/** A plan tells the changes of so long a time, in ms: what lies before it has passed when the service made the plan. */
const HORIZON_MS = 900_000

/**
 * The next plan is asked for so long before the end of this one, in ms, and up to four times that; it is also the longest time between
 * two looks at the clock.
 */
const RENEW_MS = 30_000

/** Time until what has to wait is tried again, in ms. */
const RETRY_MS = 250

/** Longest wait before a page asks because of a message, in ms: all have it at once. */
const ASK_MS = 3_000

/** Time and chance. */
export interface Surroundings {
  /** Uniform in [0, 1). */
  _random(): number
  /** Time since the page began, in ms. */
  _runMs(): number
  /** The device's clock. */
  _dateMs(): number
}

const real: Surroundings = { _random: Math.random, _runMs: () => performance.now(), _dateMs: Date.now }

/** A cue at its time, whose content has to be there. */
const CUE = 0

/** A cue that had passed before it was known. */
const PASSED = 1

/** The decision for now: it is reported only if it changes the slot. */
const SYNC = 2

type Kind = typeof CUE | typeof PASSED | typeof SYNC
type Answer = CacheRecord['answer'] & {}
type Wanted = [target: Target, kind: Kind]

/** Lets live slots change while the page is open, by the plans that answers bring. */
export function startTv(
  bridge: Bridge,
  served: Served,
  { _random: random, _runMs: runMs, _dateMs: dateMs }: Surroundings = real,
): void {
  const clock = createClock(runMs, dateMs)
  const swapper = createSwapper(bridge, runMs)
  const contents: Contents = {}
  let coming: Cue[] = []
  let wanted: { [slot: string]: Wanted | undefined } = {}
  let happened: { [event: string]: unknown } = {}
  let answer: Answer | undefined
  let version: string | undefined
  let timer: ReturnType<typeof setTimeout>
  let renewMs = Infinity
  let draws: TvPlan['draws'] & {} = {}
  const draw = random()

  /** Asks for another plan, and again later if none comes. */
  function renew(): void {
    renewMs = runMs() + RENEW_MS * (1 + random())
    bridge._ask(bridge)
  }

  function want(slot: string, target: Target, kind: Kind): void {
    const [last] = wanted[slot] || []
    // The visitor was in its way as long as it lasted.
    if (last && last.variant !== target.variant) swapper._tell(slot, last, 'late')
    wanted[slot] = [target, kind]
  }

  function takeDue(kind: Kind): void {
    const [due, rest] = splitCues(coming, clock._now(), (event) => happened[event] || bridge._trackedEvents[event])
    coming = rest
    due.forEach((cue) => {
      want(cue.slot, armOf(cue, draws, draw), kind)
    })
  }

  const tick = safely(() => {
    clearTimeout(timer)
    if (document.hidden || served._isDestroyed) return
    if (clock._hasJumped() || runMs() >= renewMs) renew()
    takeDue(CUE)
    let waitMs = Math.min(RENEW_MS, renewMs - runMs())
    if (coming[0]) waitMs = Math.min(waitMs, coming[0].fromMs - clock._now())
    const all = wanted
    wanted = {}
    Object.keys(all).forEach((slot) => {
      const [target, kind] = all[slot] as Wanted
      const operations = target.content ? contents[target.content] : target.operations || []
      if (operations ? swapper._swap(slot, target, operations, kind === SYNC) : kind === CUE) {
        if (!operations) swapper._tell(slot, target, 'late')
      } else {
        wanted[slot] = [target, kind]
        waitMs = Math.min(waitMs, RETRY_MS)
      }
    })
    timer = setTimeout(tick, waitMs)
  })

  const load = createLoad(bridge, contents, tick)

  /** Returns a target as the page draws it, and fetches its content. */
  function prepare(target: Target): Target {
    const arm: Target = armOf(target, draws, draw)
    load(arm.content)
    return arm
  }

  /** Takes a plan, and brings slots up to date. */
  function adopt(plan: TvPlan, slots: { [slot: string]: Target | null | undefined }): void {
    const isFirst = !version
    version = plan.version
    clock._passed(plan.untilMs - HORIZON_MS)
    coming = plan.cues
    draws = plan.draws || draws
    plan.cues.forEach(prepare)
    plan.live.forEach((slot) => {
      const decision = slots[slot]
      // The tag has carried out what the first answer said; what the page draws it left.
      if (decision && (!isFirst || decision.draw)) want(slot, prepare(decision), SYNC)
    })
    // What had passed before the plan came is not late.
    takeDue(PASSED)
    // A plan that is short, because many cues come soon, is no reason to ask without a pause.
    renewMs = runMs() + Math.max(RENEW_MS / 3, plan.untilMs - clock._now() - RENEW_MS * (1 + 3 * random()))
    tick()
  }

  const query = (isAddress?: boolean): string => queryOf(bridge, isAddress && version)

  /** Takes a message of the stream. */
  function takeMessage(message: unknown, asked: string): void {
    const { plan, slots, stop } = message as LiveMessage
    // A browser that opens a stream again asks with the version of then, and hears again what this page has followed.
    if (stop && plan.version !== version) {
      // Until the next plan is here nothing is sure.
      coming = []
      wanted = {}
      stop.forEach(swapper._withdraw)
    }
    clock._passed(plan.nowMs)
    if (plan.version === version) return
    version = plan.version
    // The stream speaks to nobody in person, and of one tab's page.
    if (asked !== query() || (answer as Answer).consent === 'granted') setTimeout(renew, random() * ASK_MS)
    else adopt(plan, slots)
  }

  const sample = createSampler(bridge, clock, runMs)
  const hold = createHold(bridge, random, (event) => {
    happened[event] = 1
  })
  const look = safely(() => {
    hold()
    const { answer: now, page, savedMs } = bridge._record
    // What an earlier page has kept tells of another time.
    if (now === answer || !now || !now.tv || page !== bridge._view.page) return
    answer = now
    happened = {}
    sample(runMs() - dateMs() + (savedMs as number), now.tv.nowMs)
    adopt(now.tv, now.slots)
  })
  const stream = createStream(bridge, random, query, safely(takeMessage))
  const onShow = safely(({ type }: Partial<Event>) => {
    if (document.hidden || type === 'pagehide' || served._isDestroyed) {
      stream._close()
      return
    }
    if (type === 'visibilitychange') renew()
    stream._open()
    tick()
  })
  ;['visibilitychange', 'pagehide', 'pageshow'].forEach((name) => {
    addEventListener(name, onShow)
  })
  served._enders.push(stream._close)
  served._onChange(look)
  look()
  onShow({})
}
