import type { Readable } from 'node:stream'
import { BrowserError } from './browser-error.ts'
import { type Child, startChild } from './child.ts'

/** A screen in memory. */
export interface Display {
  /** Value for the variable `DISPLAY`, such as `:99`. */
  name: string
  end(): Promise<void>
}

/** The number that Xvfb writes once it listens; it picks a free one itself, so that runs do not meet. */
async function displayNumber(child: Child): Promise<string> {
  let text = ''
  for await (const chunk of child.process.stdio[3] as Readable) {
    text += String(chunk)
    if (text.includes('\n')) return text.trim()
  }
  throw new BrowserError('launch_failed', 'Xvfb ended before it named its display: run it by hand to see why.')
}

/** Starts Xvfb. */
export async function startDisplay(program: string): Promise<Display> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']
  const child = await startChild(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  try {
    return { name: `:${await displayNumber(child)}`, end: child.end }
  } catch (error) {
    await child.end()
    throw error
  }
}
