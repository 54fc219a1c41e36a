import { expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../../lab/browser/chromium.ts'
import { animate } from '../../lab/webp.ts'

/** A picture of one colour, written by the browser. */
const painted = (colour: string, size: number): string => `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: ${size}, height: ${size} })
  const context = canvas.getContext('2d')
  context.fillStyle = '${colour}'
  context.fillRect(0, 0, ${size}, ${size})
  return canvas.toDataURL('image/webp', 0.9).split(',')[1]
})()`

/** Corner and middle of each picture that the browser decodes, as the strongest of red, green and blue. */
const decoded = (file: Buffer): string => `(async () => {
  const data = Uint8Array.from(atob('${file.toString('base64')}'), (letter) => letter.charCodeAt(0))
  const decoder = new ImageDecoder({ data, type: 'image/webp' })
  await decoder.tracks.ready
  await decoder.completed
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 })
  const context = canvas.getContext('2d')
  const seen = []
  for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex })
    context.drawImage(image, 0, 0)
    const strongest = (x, y) => {
      const [red, green, blue] = context.getImageData(x, y, 1, 1).data
      return red > Math.max(green, blue) ? 'red' : green > blue ? 'green' : 'blue'
    }
    seen.push([image.duration / 1_000, strongest(1, 1), strongest(16, 16)])
  }
  return seen
})()`

test('an animation shows each part over the pictures before it, for its time', async () => {
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.open()
  // Decoders are there only for pages of a safe origin.
  await page.goto('about:blank', { until: 'load' })
  const fileOf = async (colour: string, size: number): Promise<Buffer> =>
    Buffer.from(await page.evaluate<string>(painted(colour, size)), 'base64')
  const film = animate({ width: 32, height: 32 }, [
    { x: 0, y: 0, width: 32, height: 32, durationMs: 200, file: await fileOf('#f00', 32) },
    { x: 8, y: 8, width: 17, height: 17, durationMs: 300, file: await fileOf('#00f', 17) },
  ])
  const safe = await browser.open()
  await safe.goto('chrome://version', { until: 'load' })
  expect(await safe.evaluate(decoded(film))).toEqual([
    [200, 'red', 'red'],
    [300, 'red', 'blue'],
  ])
})

test('a file without a lossy picture is refused', () => {
  const file = Buffer.from('RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0', 'latin1')
  expect(() => animate({ width: 2, height: 2 }, [{ x: 0, y: 0, width: 2, height: 2, durationMs: 1, file }])).toThrow(
    'no lossy picture',
  )
})
