import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type DOMWindow, JSDOM, VirtualConsole } from 'jsdom'
import type { LiveMessage } from 'prepaint/protocol'
import { bytesOf, promise, type Target, textOf } from '../target.ts'
import { answering } from './client.ts'

const built = (name: string): string =>
  readFileSync(new URL(`../../../dist/debug/${name}`, import.meta.url), 'utf8').replaceAll('</script', '<\\/script')

const html = `<!doctype html><script data-site="shop" data-consent="denied">${built('prepaint.js')}</script><h1 data-pp-slot="hero">Original</h1>`

/** Time in which a message takes effect, in ms. */
const TURN_MS = 3

/** Runs of one page. */
const RUNS = 100

/** A message of the stream, with a cue of this content. */
function messageOf(content: string, fromMs: number): LiveMessage {
  const plan = { nowMs: Date.now(), version: content, untilMs: Date.now() + 900_000, delayMs: 0, live: ['hero'] }
  const cue = { slot: 'hero', reason: 'match', fromMs, experience: 'e', variant: 'a', content } as const
  return { plan: { ...plan, cues: [cue] }, slots: { hero: { reason: 'no-match' } } }
}

const answer = JSON.stringify({
  ...{ v: 1, catalog: 'c1', consent: 'denied', ttlMs: 60_000 },
  slots: { hero: { reason: 'no-match', tier: 'contextual' } },
  tv: { ...messageOf('first', Date.now() + 600_000).plan, cues: [] },
})

/** An `EventSource` that brings what it is told to. */
interface Source {
  readyState: number
  listeners: ((event: { data: string }) => void)[]
}

interface Page {
  /** Addresses that were asked for. */
  asked: string[]
  errors: unknown[]
  send(data: string): Promise<void>
  close(): void
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, TURN_MS))

/** Runs each chunk that the page injects: jsdom fetches none. */
function runChunks(window: DOMWindow): void {
  let current: Element | null = null
  Object.defineProperty(window.document, 'currentScript', { get: () => current, configurable: true })
  const run = (script: HTMLScriptElement): void => {
    current = script
    window.eval(built(basename(script.src)))
    current = null
  }
  const observer = new window.MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node instanceof window.HTMLScriptElement && node.src !== '') run(node)
  })
  observer.observe(window.document, { childList: true, subtree: true })
}

/** Opens a page that streams. */
async function openPage(): Promise<Page> {
  const asked: string[] = []
  const errors: unknown[] = []
  const sources: Source[] = []
  const virtualConsole = new VirtualConsole()
  virtualConsole.on('jsdomError', (error) => errors.push(error))
  const { window } = new JSDOM(html, {
    ...{ url: 'https://www.shop.example/', runScripts: 'dangerously', pretendToBeVisual: true, virtualConsole },
    beforeParse(window) {
      const answerTo = (address: string): string | undefined => {
        asked.push(address)
        return address.includes('/v1/decide') ? answer : undefined
      }
      function EventSource(): Source & object {
        const source: Source = { readyState: 0, listeners: [] }
        sources.push(source)
        const addEventListener = (_name: string, listener: Source['listeners'][number]): void =>
          void source.listeners.push(listener)
        return Object.assign(source, { addEventListener, close: () => (source.readyState = 2) })
      }
      Object.assign(window, {
        ...{ XMLHttpRequest: answering(window, answerTo), EventSource },
        BroadcastChannel: class {
          postMessage(): void {}
          close(): void {}
        },
        matchMedia: () => ({ matches: true }),
      })
      const locks = { request: (_name: string, hold: () => unknown) => Promise.resolve(hold()) }
      Object.assign(window.navigator, { sendBeacon: () => true })
      Object.defineProperty(window.navigator, 'locks', { value: locks })
    },
  })
  runChunks(window)
  for (let turns = 0; turns < 1_000 && sources.length === 0; turns++) await turn()
  promise(sources.length > 0, `the page does not stream: it has asked for ${asked.join(', ')}`)
  return {
    asked,
    errors,
    async send(data) {
      for (const listener of sources.at(-1)?.listeners ?? []) listener({ data })
      await turn()
    },
    close: () => window.close(),
  }
}

/** Whatever a stream brings, the page hears the next message, and sees no error. */
export async function createLiveTarget(): Promise<Target> {
  let page = await openPage()
  let runs = 0
  return {
    name: 'tv-live',
    seeds: [
      bytesOf(JSON.stringify(messageOf('spot', Date.now() - 1_000))),
      bytesOf(JSON.stringify({ ...messageOf('spot', Date.now() + 1), stop: ['hero'] })),
    ],
    words: [
      ...['plan', 'slots', 'stop', 'cues', 'live', 'hero', 'content', 'operations', 'reason', 'version', 'untilMs'],
      ...[
        'fromMs',
        'nowMs',
        'events',
        '[null]',
        '{"op":"text","value":"x"}',
        '[{"op":"html","value":"<b>"}]',
        '__proto__',
      ],
    ],
    async run(input) {
      if (++runs % RUNS === 0) {
        page.close()
        page = await openPage()
      }
      await page.send(textOf(input))
      const content = `sound-${runs}`
      await page.send(JSON.stringify(messageOf(content, Date.now() + 60_000)))
      promise(
        page.asked.some((address) => address.endsWith(`/shop/${content}`)),
        `${content} is not heard`,
      )
      promise(page.errors.length === 0, `the page sees an error: ${String(page.errors[0])}`)
    },
    close: () => Promise.resolve(page.close()),
  }
}
