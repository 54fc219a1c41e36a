import { expect } from 'vitest'
import type { Page } from '../../lab/engine/engine.ts'
import type { FrameLog } from '../../lab/sampler/frame-log.ts'
import {
  fallbackFrames,
  finalSignature,
  hiddenMs,
  longestHiddenMs,
  originalFramesBeforePersonal,
  personalShown,
} from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { personal, probes } from '../../lab/world/brand-page.ts'

/** One frame at 60 Hz, in ms. */
const FRAME_MS = 1_000 / 60

/** True in the page once it has left this mark. */
export const hasMarked = (mark: string): string => `performance.getEntriesByName('pp:${mark}').length > 0`

/** True in the page once every slot has its variant. */
export const allShown = probes.map(({ slot }) => hasMarked(`shown:${slot}`)).join(' && ')

export const isLoaded = `document.readyState === 'complete'`

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
    expect({ slot, original: originalFramesBeforePersonal(frames, slot), isShown: personalShown(frames, slot) }).toEqual({
      slot,
      original: 0,
      isShown: true,
    })
    expect(finalSignature(frames, slot)).toBe(expected[slot])
  }
}

/** No slot was hidden for longer than its budget: 200 ms that could be painted and one frame, 800 ms in all. */
export function expectHiddenWithinBudget(frames: FrameLog): void {
  for (const { slot } of probes) {
    // Up to the last hidden frame: the one that shows the slot again is the one more that the budget allows.
    expect(longestHiddenMs(frames, slot)).toBeLessThanOrEqual(200)
    expect(hiddenMs(frames, slot)).toBeLessThanOrEqual(800 + FRAME_MS)
  }
}

/** Every slot showed what the brand made, within its budget, and nothing else. */
export function expectFallback(frames: FrameLog): void {
  for (const { slot, original } of probes) {
    expect(personalShown(frames, slot)).toBe(false)
    expect(fallbackFrames(frames, slot)).toBeGreaterThan(0)
    expect(finalSignature(frames, slot)).toBe(original)
  }
  expectHiddenWithinBudget(frames)
}
