import type { ChromiumPage } from './browser/chromium.ts'
import { decodePng, type Picture } from './png.ts'

/** A picture that Chromium presented. */
export interface ScreencastFrame {
  /** Time of its presentation, in ms since the epoch. */
  atMs: number
  /** PNG. */
  data: Buffer
}

/** A running recording. */
export interface Screencast {
  /** Ends the recording; what was presented, oldest first. The last one is the page as it stands. */
  stop(): Promise<ScreencastFrame[]>
}

/**
 * Records every frame that Chromium presents and that differs from the one before. Chromium holds at most two pictures
 * that are not acknowledged and skips frames meanwhile, so a small viewport records more.
 */
export async function startScreencast(page: ChromiumPage): Promise<Screencast> {
  const session = await page.playwright.context().newCDPSession(page.playwright)
  const frames: ScreencastFrame[] = []
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ atMs: (metadata.timestamp ?? 0) * 1000, data: Buffer.from(data, 'base64') })
    // Fails when the page is closing, and then nobody waits for more.
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
  })
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 })
  return {
    async stop() {
      await session.send('Page.stopScreencast')
      // A skipped frame is not made up for until something changes, which on a page at rest is never.
      const { data } = await session.send('Page.captureScreenshot', { format: 'png' })
      frames.push({ atMs: performance.timeOrigin + performance.now(), data: Buffer.from(data, 'base64') })
      await session.detach()
      return frames
    },
  }
}

/** Red, green and blue of a pixel, 0 to 255. */
export function pixelAt(picture: Picture, point: { x: number; y: number }): [number, number, number] {
  const at = (point.y * picture.width + point.x) * picture.channels
  const [red, green, blue] = picture.pixels.subarray(at, at + 3)
  if (red === undefined || green === undefined || blue === undefined || point.x >= picture.width) {
    throw new RangeError(`Pixel ${point.x},${point.y} is outside a picture of ${picture.width} × ${picture.height}.`)
  }
  return [red, green, blue]
}

/** Red is the original, green the personal content, by agreement with the page; anything else is neither. */
export function classify(frame: ScreencastFrame, point: { x: number; y: number }): 'original' | 'personal' | 'neither' {
  const [red, green, blue] = pixelAt(decodePng(frame.data), point)
  if (red > 200 && green < 60 && blue < 60) return 'original'
  return green > 100 && red < 60 && blue < 60 ? 'personal' : 'neither'
}
