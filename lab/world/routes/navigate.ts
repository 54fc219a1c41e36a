import type { Page } from '../../browser/browser.ts'
import type { FrameLog } from '../../sampler/frame-log.ts'
import { chunkPath } from '../tag.ts'

/** One soft navigation, as a person saw the headline of the new route. */
export interface Navigation {
  /** Outcome of the headline's decision: `shown`, `late` … */
  outcome: string
  /** Frames that painted the new route's own headline before its variant. */
  originalFrames: number
  /** The longest time for which frames found the headline hidden in a row, in ms, less what the machine took from a timer. */
  hiddenMs: number
  /** Texts at the end, by slot. */
  texts: { [slot: string]: string }
}

const until = (condition: string): string => `new Promise((resolve) => {
  const look = () => (${condition}) ? resolve(1) : setTimeout(look, 20)
  look()
})`

/** Opens an app of routes as a returning visitor; resolves once it shows variants, and the late chunk watches its routes. */
export async function openRoutes(page: Page, url: string): Promise<void> {
  await page.goto(url, { until: 'load' })
  // On a busy machine a first view may get its answer too late to show anything.
  await page.evaluate(until(`JSON.parse(localStorage.pp || '{}').answer`))
  await page.goto(url, { until: 'load' })
  await page.evaluate(
    until(
      `window.app && ['pp:shown:promo', location.origin + '${chunkPath('late')}'].every((name) => performance.getEntriesByName(name).length)`,
    ),
  )
}

/** Number of decisions for the headline that were carried out or came too late. */
const outcomes = `performance.getEntriesByType('mark').filter(({ name }) => /^pp:\\w+:headline$/.test(name))`

/**
 * Goes to a route and watches every frame until its decision was carried out, or came too late, and two frames more.
 * @param step an expression that changes the route.
 */
export async function navigate(page: Page, step: string): Promise<Navigation> {
  const { frames, from, outcome, texts } = await page.evaluate<{
    frames: FrameLog
    from: number
    outcome: string
    texts: Navigation['texts']
  }>(`new Promise((resolve) => {
    const before = ${outcomes}.length
    const from = __frames.count
    let more = 2
    const text = (slot) => [slot, document.querySelector('.' + slot).innerText.trim()]
    const watch = () => {
      const seen = ${outcomes}
      if (seen.length === before || more-- > 0) return requestAnimationFrame(watch)
      const outcome = seen.slice(before).map(({ name }) => name.split(':')[1]).join()
      resolve({ frames: __frames, from, outcome, texts: Object.fromEntries(['promo', 'headline', 'teaser'].map(text)) })
    }
    ${step}
    requestAnimationFrame(watch)
  })`)
  const states = frames.slots['headline']?.states ?? []
  const after = states.map((state, index) => ({
    ...state,
    end: states[index + 1]?.frame ?? frames.count,
    endMs: states[index + 1]?.previousMs ?? frames.lastMs,
  }))
  const ofRoute = after.filter(({ frame, isPresent }) => frame >= from && isPresent)
  const personal = ofRoute.findLast(({ isHidden, signature }) => !isHidden && signature.startsWith('Personal'))
  const originals = ofRoute.filter(
    (state) => !state.isHidden && state.signature.startsWith('Original') && personal && state.frame < personal.frame,
  )
  const lateMs = Math.max(0, ...ofRoute.map(({ timerLateMs = 0 }) => timerLateMs))
  const hidden = ofRoute.filter(({ isHidden }) => isHidden).map(({ atMs, endMs }) => endMs - atMs - lateMs)
  return {
    outcome,
    originalFrames: originals.reduce((sum, { frame, end }) => sum + end - frame, 0),
    hiddenMs: Math.max(0, ...hidden),
    texts,
  }
}
