import { readFileSync } from 'node:fs'
import { type DOMWindow, JSDOM, VirtualConsole } from 'jsdom'
import { bytesOf, promise, type Target, textOf } from '../target.ts'

const ORIGINAL = 'Original'

const tag = readFileSync(new URL('../../../dist/debug/prepaint.js', import.meta.url), 'utf8').replaceAll(
  '</script',
  '<\\/script',
)

const html = `<!doctype html><script data-site="shop" data-consent="granted">${tag}</script><h1 data-pp-slot="hero">${ORIGINAL}</h1><p data-pp-slot="note">${ORIGINAL}</p>`

const answer = {
  v: 1,
  catalog: 'c1',
  consent: 'granted',
  ttlMs: 60_000,
  slots: {
    hero: {
      reason: 'match',
      tier: 'live',
      experience: 'e',
      variant: 'a',
      operations: [{ op: 'text', value: 'Personal' }],
      vary: ['campaign'],
      events: ['Order'],
      uses: 3,
      ttlMs: 1_000,
    },
    note: {
      reason: 'match',
      tier: 'live',
      experience: 'f',
      variant: 'a',
      operations: [
        { op: 'html', value: '<b>Personal</b>' },
        { op: 'attribute', name: 'title', value: 'x' },
        { op: 'class', name: 'a', on: true },
        { op: 'style', name: 'color', value: 'red' },
      ],
    },
  },
}

const page = { path: '/', campaign: '', referrer: '' }

const WORDS = [
  'vary',
  'events',
  'uses',
  'operations',
  'op',
  'html',
  'attribute',
  'onclick',
  'srcdoc',
  'redirect',
  'selector',
  'session',
  'visits',
  'answer',
  'savedMs',
  'ttlMs',
  'slots',
  '{"vary":"x"}',
  '[null]',
]

interface View {
  /** Content of localStorage when the page begins. */
  stored: { [key: string]: string }
  /** Answer of the service, as text; undefined for nothing. */
  answered?: string | undefined
}

/** Returns an XMLHttpRequest that is answered at once, by its address; undefined for nothing. */
export function answering(window: DOMWindow, answerTo: (address: string) => string | undefined): unknown {
  return function () {
    let text: string | undefined
    const request: { [name: string]: unknown } = {
      status: 0,
      response: null,
      open(_method: string, address: string) {
        text = answerTo(address)
        request['status'] = text === undefined ? 0 : 200
      },
      abort() {},
      getResponseHeader: () => null,
    }
    request['send'] = () => {
      try {
        request['response'] = text === undefined ? null : window.JSON.parse(text)
        request['responseText'] = text
      } catch {
        request['response'] = null
      }
      window.setTimeout(() => (request['onloadend'] as (() => void) | undefined)?.(), 0)
    }
    return request
  }
}

/** One view of the page; resolves with what stands in storage afterwards. */
async function view({ stored, answered }: View): Promise<{ [key: string]: string }> {
  const errors: unknown[] = []
  const virtualConsole = new VirtualConsole()
  virtualConsole.on('jsdomError', (error) => errors.push(error))
  const { window } = new JSDOM(html, {
    url: 'https://www.shop.example/',
    runScripts: 'dangerously',
    pretendToBeVisual: true,
    virtualConsole,
    beforeParse(window) {
      for (const [key, value] of Object.entries(stored)) window.localStorage.setItem(key, value)
      Object.assign(window, { XMLHttpRequest: answering(window, () => answered) })
      Object.assign(window.navigator, { sendBeacon: () => true })
    },
  })
  await new Promise((resolve) => setTimeout(resolve, 5))
  const { pp } = window as unknown as { pp?: { track(event: string): void } }
  promise(typeof pp?.track === 'function', 'the tag is not there')
  pp.track('Order')
  promise(errors.length === 0, `the page sees an error: ${String(errors[0])}`)
  const left = { ...window.localStorage } as { [key: string]: string }
  window.close()
  return left
}

/** Whatever the service answers, the tag lives, in this view and in the next. */
export function createAnswerTarget(): Target {
  return {
    name: 'answer',
    seeds: [bytesOf(JSON.stringify(answer))],
    words: WORDS,
    async run(input) {
      const stored = await view({ stored: {}, answered: textOf(input) })
      await view({ stored })
    },
  }
}

/** Whatever stands in the tag's own storage, the tag lives, and the view after the next knows it again. */
export function createStoredTarget(): Target {
  const record = {
    site: 'shop@2',
    failures: 0,
    session: { views: 1, visits: 1 },
    answer,
    savedMs: Date.UTC(2026, 10, 28),
    page,
  }
  const batch = { v: 1, site: 'shop', consent: 'granted', token: 'x', sentAt: '2026-11-28T00:00:00Z', batch: [] }
  return {
    name: 'stored',
    seeds: [bytesOf(JSON.stringify(record)), bytesOf(JSON.stringify([batch]))],
    words: WORDS,
    async run(input) {
      const text = textOf(input)
      const answered = JSON.stringify(answer)
      const left = await view({ stored: { pp: text, 'pp.out': text }, answered })
      await view({ stored: left, answered })
    },
  }
}
