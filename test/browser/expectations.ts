import { expect } from 'vitest'
import type { Page } from '../../lab/browser/browser.ts'
import type { FrameLog } from '../../lab/sampler/frame-log.ts'
import {
  fallbackFrames,
  finalSignature,
  lastHoldMs,
  longestHoldMs,
  originalFramesBeforePersonal,
  personalShown,
} from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { personal, probes } from '../../lab/world/brand-page.ts'
import { chunkPath } from '../../lab/world/tag.ts'
import { tagAttributes } from '../../lab/world/world.ts'

/** One frame at 60 Hz, in ms. */
const FRAME_MS = 1_000 / 60

/** True in the page once it has left this mark. */
export const hasMarked = (mark: string): string => `performance.getEntriesByName('pp:${mark}').length > 0`

/**
 * True in the page once every slot has its variant, and its picture. A decision that came too late will never be shown: waiting for it
 * would only end with the test's time, so it throws. A page whose test is not about the budget is given a long one, as a
 * busy machine needs more than 200 ms for a question and its answer (Chromium 156, 8 busy loops on 2 cores: up to 350 ms).
 */
export const allShown = `!document.querySelector('[data-pp-hidden]') && [${probes.map(({ slot }) => `'${slot}'`).join()}].every((slot) => {
  if (performance.getEntriesByName('pp:late:' + slot).length) throw new Error('The decision for ' + slot + ' came late')
  return performance.getEntriesByName('pp:shown:' + slot).length > 0
})`

/** True in the page once every slot has its variant, or its decision came too late for it. */
export const allSettled = ["!document.querySelector('[data-pp-hidden]')"]
  .concat(probes.map(({ slot }) => `(${hasMarked(`shown:${slot}`)} || ${hasMarked(`late:${slot}`)})`))
  .join(' && ')

/** True in the page once an answer is kept for the next view, in time or not. */
export const isAnswerKept = `JSON.parse(localStorage.pp || '{}').answer`

/** True in the page once the late chunk has come. */
export const isLate = `performance.getEntriesByName(location.origin + '${chunkPath('late')}').length > 0`

export const isLoaded = `document.readyState === 'complete'`

/** Attributes of the lab's tag for a page whose test is not about the budget: only 800 ms after boot make a decision late. */
export const patientTag = { ...tagAttributes, 'data-budget': '800' }

/** The budget of a page that says none, and of {@link patientTag}, in ms. */
const BUDGET_MS = 200
export const PATIENT_MS = 800

/** The names of the marks that the tag has left, without their prefix. */
export function marks(page: Page): Promise<string[]> {
  return page.evaluate(
    `performance.getEntriesByType('mark').map(({ name }) => name).filter((name) => name.startsWith('pp:')).map((name) => name.slice(3))`,
  )
}

/** Opens an address and reads the frames once `until` is true. */
export async function view(page: Page, url: string, until: string): Promise<FrameLog> {
  await page.goto(url, { until: 'commit' })
  return readFrames(page, until)
}

/** Every slot showed its variant, and nothing else before. */
export function expectPersonal(frames: FrameLog, expected = personal): void {
  for (const { slot } of probes) {
    expect({
      slot,
      original: originalFramesBeforePersonal(frames, slot),
      isShown: personalShown(frames, slot),
    }).toEqual({
      slot,
      original: 0,
      isShown: true,
    })
    expect(finalSignature(frames, slot)).toBe(expected[slot])
  }
}

/**
 * No slot was hidden for longer than the page's budget: so many ms that could be painted and one frame, 800 ms in all. A picture that has its
 * decision is hidden until its file is there, as long as that takes.
 */
export function expectHiddenWithinBudget(frames: FrameLog, budgetMs = BUDGET_MS): void {
  for (const { slot } of probes.filter(({ slot }) => slot !== 'picture' || !personalShown(frames, slot))) {
    // Up to the last hidden frame: the one that shows the slot again is the one more that the budget allows.
    expect(longestHoldMs(frames, slot)).toBeLessThanOrEqual(budgetMs)
    expect(lastHoldMs(frames, slot)).toBeLessThanOrEqual(800 + FRAME_MS)
  }
}

/** Every slot showed what the brand made, within its budget, and nothing else. */
export function expectFallback(frames: FrameLog, budgetMs = BUDGET_MS): void {
  for (const { slot, original } of probes) {
    expect(personalShown(frames, slot)).toBe(false)
    expect(fallbackFrames(frames, slot)).toBeGreaterThan(0)
    expect(finalSignature(frames, slot)).toBe(original)
  }
  expectHiddenWithinBudget(frames, budgetMs)
}

/** An answer that is there so long after a slot could first be painted is in time, with half a budget to spare, in ms. */
const IN_TIME_MS = 100

/** Every slot showed its variant and nothing else before, or what the brand made; true when all are personal. */
function expectNoFlicker(frames: FrameLog): boolean {
  const missed = probes.filter(({ slot }) => !personalShown(frames, slot))
  for (const { slot, original } of probes) {
    const isMissed = missed.some((probe) => probe.slot === slot)
    expect({ slot, before: originalFramesBeforePersonal(frames, slot) }).toEqual({ slot, before: 0 })
    expect(finalSignature(frames, slot)).toBe(isMissed ? original : personal[slot])
  }
  expectHiddenWithinBudget(frames)
  return missed.length === 0
}

/** Time at which the answer to the first request had reached the browser, in ms of the page's clock. */
const answeredMs = `performance.getEntriesByName(location.origin + '/pp/v1/decide')[0].responseEnd`

/**
 * New visitors, until `count` of them had their answer in time: what the others see depends on the machine, and is held
 * to the rules of a fallback. Of those, `least` saw every slot personal: all of them, unless another number is given.
 */
export async function expectNewVisitors<P extends Page>(
  browser: { open(): Promise<P> },
  url: string,
  options: {
    count: number
    least?: number
    check?: (page: P, frames: FrameLog) => Promise<void>
    prepare?: (page: P) => Promise<void>
  },
): Promise<void> {
  const { count, least = count, check, prepare } = options
  let inTime = 0
  let shown = 0
  for (let visitor = 0; inTime < count; visitor++) {
    expect(visitor, `visitors until ${count} answers came in time`).toBeLessThan(4 * count)
    const page = await browser.open()
    await prepare?.(page)
    const frames = await view(page, url, `${allSettled} && ${isLoaded}`)
    const isPersonal = expectNoFlicker(frames)
    const paintableMs = Math.max(
      frames.firstMs,
      ...probes.map(({ slot }) => frames.slots[slot]?.insertedMs ?? Infinity),
    )
    if ((await page.evaluate<number>(answeredMs)) <= paintableMs + IN_TIME_MS) {
      inTime++
      if (isPersonal) shown++
    }
    await check?.(page, frames)
    await page.close()
  }
  expect(shown).toBeGreaterThanOrEqual(least)
}
