import type { FrameLog } from '../../lab/sampler/frame-log.ts'
import { personalShown } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { quantile } from '../../lab/statistics.ts'
import { probes } from '../../lab/world/brand-page.ts'
import { connect, type Connection } from '../connection.ts'
import type { Measurement } from '../figure.ts'

const VISITORS = 40
const RTT_MS = 50
const DECISION_MS = 30
const SLOWDOWN = 4

/** A phone on a poor connection: 1.6 Mbit/s each way. */
const SLOW = { rttMs: 150, bytesPerSecond: 200_000 }

interface Sight {
  frames: FrameLog
  /** Time at which the tag began to run, in ms of the page's clock. */
  headMs: number
  /** From the request for the decision to its answer, in ms: the round trip and the decision as they really were. */
  askedMs: number
}

const facts = `(() => {
  const [asked] = performance.getEntriesByName(location.origin + '/pp/v1/decide')
  return { headMs: window.__headMs, askedMs: asked ? asked.responseEnd - asked.requestStart : 0 }
})()`

/** One new visitor, who stays until the slots are settled. The first one of a browser warms it up. */
async function visit({ browser, origin }: Connection, slowdown: number): Promise<Sight> {
  const page = await browser.open()
  const session = await page.playwright.context().newCDPSession(page.playwright)
  // The connection is there already, as after the redirect or the page before; what is measured begins in the head.
  await page.goto(`${origin}/style.css`, { until: 'load' })
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  await page.goto(`${origin}/`, { until: 'load' })
  const settled = `performance.getEntriesByType('mark').some(({ name }) => /^pp:(shown|fallback)/.test(name))`
  const frames = await readFrames(page, settled)
  const { headMs, askedMs } = await page.evaluate<Omit<Sight, 'frames'>>(facts)
  await page.close()
  return { frames, headMs, askedMs }
}

/** Returns the time at which the headline was first painted with personal words, in ms of the page's clock. */
function shownMs({ slots }: FrameLog): number {
  const state = slots['headline']?.states.find(
    ({ signature, isHidden }) => signature.startsWith('Personal') && !isHidden,
  )
  return state?.atMs ?? Infinity
}

/** Measures the share of visitors who saw every slot personal, in %. */
async function shownPct(connection: Connection, slowdown: number): Promise<number> {
  let shown = 0
  for (let visitor = 0; visitor < VISITORS; visitor++) {
    const { frames } = await visit(connection, slowdown)
    if (probes.every(({ slot }) => personalShown(frames, slot))) shown++
  }
  return (100 * shown) / VISITORS
}

/** Delay until a new visitor sees the personal page, and share of those who do. */
export const newVisitor: Measurement = {
  title: `new visitor, ${VISITORS} at full speed and ${VISITORS} at 4x CPU (${RTT_MS} ms round trip), ${VISITORS} at ${SLOW.rttMs} ms and 1.6 Mbit/s; ${DECISION_MS} ms decision`,
  families: ['new.'],
  async measure() {
    const connection = await connect(RTT_MS, DECISION_MS)
    await visit(connection, 1)
    const over: number[] = []
    for (let visitor = 0; visitor < VISITORS; visitor++) {
      const { frames, headMs, askedMs } = await visit(connection, 1)
      over.push(shownMs(frames) - headMs - askedMs)
    }
    const atSlowCpu = await shownPct(connection, SLOWDOWN)
    await connection.close()
    const far = await connect(SLOW.rttMs, DECISION_MS, SLOW)
    await visit(far, 1)
    const atSlowNetwork = await shownPct(far, 1)
    await far.close()
    return [
      { name: 'new.slotVisibleOverRttPlusDecisionMs', value: quantile(over, 0.5), unit: 'ms', limit: 20 },
      { name: 'new.slotVisibleOverRttPlusDecisionMs.p95', value: quantile(over, 0.95), unit: 'ms', limit: 60 },
      { name: 'new.personalShownPct', value: atSlowCpu, unit: '%', limit: 95, isFloor: true },
      { name: 'new.personalShownPct.slow', value: atSlowNetwork, unit: '%', limit: 90, isFloor: true },
    ]
  },
}
