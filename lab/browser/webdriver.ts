import { BrowserError } from './browser-error.ts'

/** A tab of a W3C WebDriver session (w3.org/TR/webdriver2), with the few commands that we need. The session ends with its driver. */
export interface WebDriverTab {
  navigate(url: string): Promise<void>
  /** Runs the body of a function that calls its last argument when it is done. */
  runAsync(body: string): Promise<unknown>
  /** Opens another one, in a window of its own. */
  newTab(): Promise<WebDriverTab>
  close(): Promise<void>
}

async function command(url: string, body?: object, method = 'POST'): Promise<unknown> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
  const answer = (await response.json()) as { value: unknown }
  if (response.ok) return answer.value
  const { error, message } = answer.value as { error: string; message: string }
  throw new BrowserError('driver_refused', `${new URL(url).pathname}: ${error}: ${message}`)
}

/** Starts a session, and with it a browser; returns its first tab. */
export async function startSession(driverUrl: string, capabilities: object): Promise<WebDriverTab> {
  const body = { capabilities: { alwaysMatch: capabilities } }
  const { sessionId } = (await command(`${driverUrl}/session`, body)) as { sessionId: string }
  const url = `${driverUrl}/session/${sessionId}`
  let current = (await command(`${url}/window`, undefined, 'GET')) as string
  let last: Promise<unknown> = Promise.resolve()

  /** Runs commands of one tab after those of the others: a session has one current tab. */
  function inTab<T>(handle: string, run: () => Promise<T>): Promise<T> {
    const done = last.then(async () => {
      if (handle !== current) await command(`${url}/window`, { handle })
      current = handle
      return run()
    })
    last = done.catch(() => undefined)
    return done
  }

  const tabOf = (handle: string): WebDriverTab => ({
    async navigate(address) {
      await inTab(handle, () => command(`${url}/url`, { url: address }))
    },
    runAsync: (script) => inTab(handle, () => command(`${url}/execute/async`, { script, args: [] })),
    async newTab() {
      const made = await inTab(handle, () => command(`${url}/window/new`, { type: 'window' }))
      return tabOf((made as { handle: string }).handle)
    },
    async close() {
      await inTab(handle, () => command(`${url}/window`, undefined, 'DELETE'))
    },
  })
  return tabOf(current)
}
