import { expect, onTestFinished, test } from 'vitest'
import { startApp } from '../../examples/vite/vite.ts'
import { launchChromium } from '../../lab/browser/chromium.ts'
import { act } from '../../lab/world/act.ts'

test('an app that Vite builds with the packed package is personal, and follows what its visitor does', async () => {
  const app = await startApp()
  onTestFinished(app.close)
  const browser = await launchChromium()
  onTestFinished(browser.close)
  const page = await browser.open()
  const headline = 'document.querySelector("h1").textContent'

  // However late the first answer is, it is there for the second view.
  await page.goto(app.origin, { until: 'load' })
  await page.playwright.waitForFunction(`JSON.parse(localStorage.pp || '{}').answer`)
  await page.goto(app.origin, { until: 'load' })
  expect(await page.evaluate(headline)).toBe('An app for you')

  await act(page, 'document.querySelector("button").click()', 'Started')
  await app.service.caughtUp()
  await page.goto(app.origin, { until: 'load' })
  await page.playwright.waitForFunction(
    `${headline} !== 'An app for everybody' || performance.getEntriesByName('pp:late:headline').length`,
  )
  await page.goto(app.origin, { until: 'load' })
  expect(await page.evaluate(headline)).toBe('Ready for the next step?')
}, 120_000)
