import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import type { Served } from '../late/served.ts'
import type { TvPlan } from '../protocol/index.ts'
import { createClock } from './clock.ts'
import { createContents } from './contents.ts'
import { createCues } from './cues.ts'
import { createHold } from './hold.ts'
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

/** Time and chance. */
export interface Surroundings {
  /** Uniform in [0, 1). */
  random(): number
  /** Time since the page began, in ms. */
  runMs(): number
  /** The device's clock. */
  dateMs(): number
}

const real: Surroundings = { random: Math.random, runMs: () => performance.now(), dateMs: () => Date.now() }

/** Lets live slots change while the page is open, by the plans that answers bring. */
export function startTv(bridge: Bridge, served: Served, { random, runMs, dateMs }: Surroundings = real): void {
  const clock = createClock(runMs, dateMs)
  const cues = createCues()
  const swapper = createSwapper(bridge, runMs)
  let wanted: { [slot: string]: Target } = {}
  /** Slots that have had a target. */
  const touched: { [slot: string]: unknown } = {}
  let happened: { [event: string]: unknown } = {}
  let answer: unknown
  let timer: ReturnType<typeof setTimeout>
  let renewMs = Infinity

  /** Asks for another plan, and again later if none comes. */
  function renew(): void {
    renewMs = runMs() + RENEW_MS * (1 + random())
    bridge._ask(bridge)
  }

  function want(slot: string, target: Target): void {
    const last = wanted[slot]
    // The visitor was in its way as long as it lasted.
    if (last && !(last.content === target.content && last.variant === target.variant)) swapper._tell(slot, last, 'late')
    touched[slot] = wanted[slot] = target
  }

  function takeDue(isCue: boolean): void {
    cues
      ._due(clock._now(), (event) => happened[event] || bridge._trackedEvents[event])
      .forEach(({ slot, reason, content, experience, variant, events }) => {
        want(slot, { reason, content, experience, variant, events, _isCue: isCue } as Target)
      })
  }

  const tick = safely(() => {
    clearTimeout(timer)
    if (document.hidden || served._isDestroyed) return
    if (clock._hasJumped() || runMs() >= renewMs) renew()
    takeDue(true)
    let waitMs = Math.max(0, Math.min(RENEW_MS, cues._nextMs() - clock._now(), renewMs - runMs()))
    const targets = wanted
    wanted = {}
    Object.keys(targets).forEach((slot) => {
      const target = targets[slot] as Target
      const operations = target.content ? contents._of(target.content) : target.operations || []
      if (operations ? swapper._swap(slot, target, operations) : target._isCue) {
        if (!operations) swapper._tell(slot, target, 'late')
      } else {
        wanted[slot] = target
        waitMs = Math.min(waitMs, RETRY_MS)
      }
    })
    timer = setTimeout(tick, waitMs)
  })

  const contents = createContents(bridge, tick)

  /** Takes a plan, and brings slots up to date. */
  function adopt(plan: TvPlan, slots: { [slot: string]: Target | null | undefined }): void {
    clock._passed(plan.untilMs - HORIZON_MS)
    cues._take(plan.cues)
    plan.cues.forEach(({ content }) => {
      contents._load(content)
    })
    plan.live.forEach((slot) => {
      const decision = slots[slot]
      if (!decision) return
      const { reason, content, experience, variant, events, operations, tier } = decision
      contents._load(content)
      want(slot, { reason, content, experience, variant, events, operations, tier, _isSync: true } as Target)
    })
    // What had passed before the plan came is not late.
    takeDue(false)
    renewMs = runMs() + Math.max(0, plan.untilMs - clock._now() - RENEW_MS * (1 + 3 * random()))
    tick()
  }

  /** Takes the time that an answer told, by the browser's own record of the request if there is one. */
  function sample(nowMs: number, gotMs: number): void {
    const entry = performance
      .getEntriesByType('resource')
      .filter(({ name, startTime, duration }) => /\/v1\/decide$/.test(name) && startTime + duration <= gotMs + 50)
      .pop() as PerformanceResourceTiming | undefined
    if (entry) clock._sample(nowMs, entry.requestStart || entry.startTime, entry.responseStart || entry.responseEnd)
    else clock._passed(nowMs + runMs() - gotMs)
  }

  const hold = createHold(
    bridge,
    random,
    (slot) => touched[slot as string],
    (event) => {
      happened[event] = 1
    },
  )
  const look = safely(() => {
    hold()
    const { answer: now, page, savedMs } = bridge._record
    // What an earlier page has kept tells of another time.
    if (now === answer || !now || !now.tv || page !== bridge._view.page) return
    const { tv, slots } = now
    const isFirst = !answer
    answer = now
    happened = {}
    if (tv.nowMs) sample(tv.nowMs, runMs() - dateMs() + (savedMs as number))
    adopt(tv, isFirst ? {} : slots)
  })
  const onVisible = (): void => {
    if (!document.hidden) renew()
    tick()
  }
  addEventListener('visibilitychange', onVisible)
  served._enders.push(() => {
    clearTimeout(timer)
    removeEventListener('visibilitychange', onVisible)
  })
  served._onChange(look)
  look()
}
