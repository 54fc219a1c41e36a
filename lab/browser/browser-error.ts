/**
 * - `script_failed`: an expression threw in the page.
 * - `launch_failed`: a browser, driver or display did not start.
 * - `driver_refused`: the driver answered a command with an error.
 * - `commit_missing`: no new document came within the time given.
 */
export type EngineErrorCode = 'script_failed' | 'launch_failed' | 'driver_refused' | 'commit_missing'

/** What went wrong in or with a browser of the lab. */
export class EngineError extends Error {
  /** What kind of thing it was. */
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string) {
    super(message)
    this.name = 'EngineError'
    this.code = code
  }
}
