import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from './browser.ts'
import { BrowserError } from './browser-error.ts'

const LIMIT_MS = 30_000
const POLL_MS = 5

/**
 * Runs a navigation and returns when a new document has taken the old one's place, told by a mark in the old window.
 * For drivers without an event for it: WebDriver has none, Puppeteer does not pass on BiDi's `navigationCommitted`.
 */
export async function untilCommit(evaluate: Page['evaluate'], navigate: () => Promise<unknown>): Promise<void> {
  await evaluate('void (window.__left = true)')
  let failure: unknown
  navigate().catch((error: unknown) => (failure = error))
  const startMs = performance.now()
  while (performance.now() - startMs < LIMIT_MS) {
    // Between two documents there is nothing to run a script in, which the drivers report as an error.
    if (await evaluate('!window.__left').catch(() => false)) return
    if (failure) throw failure
    await delay(POLL_MS)
  }
  throw new BrowserError('commit_missing', `No new document within ${LIMIT_MS} ms: does the server answer?`)
}
