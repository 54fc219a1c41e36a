import { BrowserError } from './browser-error.ts'

/** A W3C WebDriver session (w3.org/TR/webdriver2), with the few commands that we need. It ends with its driver. */
export interface WebDriverSession {
  navigate(url: string): Promise<void>
  /** Runs the body of a function that calls its last argument when it is done. */
  runAsync(body: string): Promise<unknown>
}

async function command(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  const answer = (await response.json()) as { value: unknown }
  if (response.ok) return answer.value
  const { error, message } = answer.value as { error: string; message: string }
  throw new BrowserError('driver_refused', `${new URL(url).pathname}: ${error}: ${message}`)
}

/** Starts a session, and with it a browser. */
export async function startSession(driverUrl: string, capabilities: object): Promise<WebDriverSession> {
  const body = { capabilities: { alwaysMatch: capabilities } }
  const { sessionId } = (await command(`${driverUrl}/session`, body)) as { sessionId: string }
  const url = `${driverUrl}/session/${sessionId}`
  return {
    async navigate(address) {
      await command(`${url}/url`, { url: address })
    },
    runAsync: (script) => command(`${url}/execute/async`, { script, args: [] }),
  }
}
