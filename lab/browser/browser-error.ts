/**
 * - `script_failed`: an expression threw in the page.
 * - `launch_failed`: a browser, driver or display did not start.
 * - `driver_refused`: the driver answered a command with an error.
 * - `commit_missing`: no new document came within the time given.
 */
export type BrowserErrorCode = 'script_failed' | 'launch_failed' | 'driver_refused' | 'commit_missing'

/** A failure of, or with, a browser of the lab. */
export class BrowserError extends Error {
  /** Kind of the failure. */
  readonly code: BrowserErrorCode

  constructor(code: BrowserErrorCode, message: string) {
    super(message)
    this.name = 'BrowserError'
    this.code = code
  }
}
