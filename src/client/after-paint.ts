import { safely } from './safely.ts'

/** From a frame's callbacks until its picture is on the screen, with room to spare, in ms. */
const PRESENTED_MS = 200

/** Calls back once the parsed page has been painted: what nobody waits for must not compete with the first paint. */
export function afterPaint(run: () => void): void {
  function wait(): void {
    requestAnimationFrame(() => setTimeout(safely(run), PRESENTED_MS))
  }
  if (document.readyState !== 'loading') wait()
  else addEventListener('DOMContentLoaded', wait)
}
