import type { ChromiumBrowser, ChromiumPage } from '../lab/browser/chromium.ts'
import { type ScreencastFrame, startScreencast } from '../lab/screencast.ts'

/** One row of the strip. */
export interface Take {
  title: string
  path: string
}

export const takes: Take[] = [
  { title: 'the page alone', path: '/bare' },
  { title: 'a late swap', path: '/naive' },
  { title: 'the whole page hidden', path: '/page-hide' },
  { title: 'Prepaint', path: '/' },
]

/** Times of the pictures, in ms after the page was requested. */
const MOMENTS_MS = [300, 400, 500, 600, 700, 800, 900, 1100]
const VIEWPORT = { width: 800, height: 500 }

/** Connection of a phone on a fair network: 60 ms round trip, 50 Mbit/s. */
const CONNECTION = { offline: false, latency: 60, downloadThroughput: 6_250_000, uploadThroughput: 6_250_000 }

async function film(browser: ChromiumBrowser, url: string): Promise<(ScreencastFrame | undefined)[]> {
  const page = await browser.open()
  await page.playwright.setViewportSize(VIEWPORT)
  const session = await page.playwright.context().newCDPSession(page.playwright)
  await session.send('Network.emulateNetworkConditions', CONNECTION)
  const cast = await startScreencast(page)
  const startMs = Date.now()
  await page.goto(url, { until: 'load' })
  const lastMs = startMs + Math.max(...MOMENTS_MS)
  await page.evaluate(`new Promise((resolve) => setTimeout(resolve, ${Math.max(0, lastMs - Date.now())}))`)
  const frames = (await cast.stop()).filter(({ atMs }) => atMs >= startMs)
  await page.close()
  return MOMENTS_MS.map((momentMs) => frames.findLast(({ atMs }) => atMs <= startMs + momentMs))
}

function row({ title }: Take, frames: (ScreencastFrame | undefined)[]): string {
  const cells = frames.map((frame) =>
    frame ? `<img src="data:image/png;base64,${frame.data.toString('base64')}">` : '<i></i>',
  )
  return `<tr><th>${title}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

const css = `
  body { margin: 12px; font: 13px system-ui, sans-serif; background: #fff }
  table { border-spacing: 4px } th { text-align: left; width: 88px; font-weight: 600 }
  img, i { display: block; width: 124px; height: 78px; border: 1px solid #ccc; object-fit: cover; background: #fff }
  thead th { text-align: center; font-weight: 400; color: #555 }
`

/** Films every take as a new visitor and lays the pictures side by side; returns a PNG. */
export async function filmstrip(browser: ChromiumBrowser, origin: string): Promise<Buffer> {
  const rows: string[] = []
  for (const take of takes) rows.push(row(take, await film(browser, origin + take.path)))
  const head = MOMENTS_MS.map((momentMs) => `<th>${momentMs} ms</th>`).join('')
  const page: ChromiumPage = await browser.open()
  await page.playwright.setViewportSize({ width: 1200, height: 420 })
  await page.playwright.setContent(
    `<style>${css}</style><table><thead><tr><th></th>${head}</tr></thead>${rows.join('')}</table>`,
  )
  const picture = await page.playwright.locator('table').screenshot()
  await page.close()
  return picture
}
