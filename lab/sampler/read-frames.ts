import type { Page } from '../browser/browser.ts'
import type { FrameLog } from './frame-log.ts'

/**
 * The sampler's log of a page, read two frames after an expression of the page has become true, so that the frame that
 * made it true is in the log. The expression is asked once per frame; without one, read after two more frames.
 */
export function readFrames(page: Page, until = 'true'): Promise<FrameLog> {
  return page.evaluate<FrameLog>(`new Promise((resolve, reject) => {
    let more = 2
    const step = () => {
      try {
        if (!(${until})) return requestAnimationFrame(step)
        if (more-- > 0) return requestAnimationFrame(step)
        resolve(window.__frames)
      } catch (error) { reject(error) }
    }
    requestAnimationFrame(step)
  })`)
}
