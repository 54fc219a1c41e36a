import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../network/free-port.ts'
import { BrowserError } from './browser-error.ts'
import { type Child, startChild } from './child.ts'

const LIMIT_MS = 10_000
const POLL_MS = 10

/** A running WebKitWebDriver, which holds at most one session. */
export interface WebKitDriver {
  url: string
  end(): Promise<void>
}

async function untilReady(url: string, child: Child): Promise<void> {
  const startMs = performance.now()
  while (performance.now() - startMs < LIMIT_MS && child.process.exitCode === null) {
    const response = await fetch(`${url}/status`).catch(() => undefined)
    if (response?.ok) return
    await delay(POLL_MS)
  }
  throw new BrowserError('launch_failed', `WebKitWebDriver does not answer on ${url}: is the port taken?`)
}

/** Starts a driver whose browser draws in software on the given display. */
export async function startWebKitDriver(program: string, display: string): Promise<WebKitDriver> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...process.env, DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1' }
  const child = await startChild(program, [`--port=${port}`], { env })
  try {
    await untilReady(url, child)
    return { url, end: child.end }
  } catch (error) {
    await child.end()
    throw error
  }
}
