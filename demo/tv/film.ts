import type { ChromiumBrowser, ChromiumPage } from '../../lab/browser/chromium.ts'
import { animate } from '../../lab/webp.ts'

/** A picture of the set's page, and for how long the film shows it. */
export interface Still {
  png: Buffer
  durationMs: number
}

/** Width of the film in px; pictures are made smaller to fit. */
const WIDTH = 860

const QUALITY = 0.72

/** Part of a picture that differs from the one before. */
interface Part {
  x: number
  y: number
  width: number
  height: number
  data: string
}

/** Cuts pictures in the browser to what differs from the one before, and writes that as WebP. */
const cutScript = `async (pictures, width, quality) => {
  const parts = []
  let before
  let size
  for (const picture of pictures) {
    const image = new Image()
    image.src = 'data:image/png;base64,' + picture
    await image.decode()
    const height = Math.round((image.naturalHeight * width) / image.naturalWidth)
    size = { width, height }
    const canvas = Object.assign(document.createElement('canvas'), size)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    const pixels = new Uint32Array(data.buffer)
    let [left, top, right, bottom] = before ? [width, height, -1, -1] : [0, 0, width - 1, height - 1]
    if (before)
      for (let index = 0; index < pixels.length; index++) {
        if (pixels[index] === before[index]) continue
        const x = index % width
        const y = (index - x) / width
        left = Math.min(left, x), right = Math.max(right, x), top = Math.min(top, y), bottom = Math.max(bottom, y)
      }
    before = pixels
    if (right < 0) { parts.push(null); continue }
    left -= left % 2, top -= top % 2
    const part = Object.assign(document.createElement('canvas'), { width: right - left + 1, height: bottom - top + 1 })
    part.getContext('2d').drawImage(canvas, -left, -top)
    parts.push({ x: left, y: top, width: part.width, height: part.height, data: part.toDataURL('image/webp', quality).split(',')[1] })
  }
  return { size, parts }
}`

/** Makes an animated WebP of pictures. */
export async function film(browser: ChromiumBrowser, stills: readonly Still[]): Promise<Buffer> {
  const page: ChromiumPage = await browser.open()
  const pictures = JSON.stringify(stills.map(({ png }) => png.toString('base64')))
  const { size, parts } = await page.evaluate<{ size: { width: number; height: number }; parts: (Part | null)[] }>(
    `(${cutScript})(${pictures}, ${WIDTH}, ${QUALITY})`,
  )
  await page.close()
  const frames = parts.flatMap((part, index) => {
    const { durationMs = 0 } = stills[index] ?? {}
    return part ? [{ ...part, durationMs, file: Buffer.from(part.data, 'base64') }] : []
  })
  return animate(size, frames)
}
