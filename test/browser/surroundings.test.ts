import { constants, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, LaunchOptions, Page } from '../../lab/browser/browser.ts'
import { launchBrowser, openBrowsers } from '../../lab/browser/browsers.ts'
import type { SitePage } from '../../lab/network/site.ts'
import type { FrameLog } from '../../lab/sampler/frame-log.ts'
import { finalSignature, hiddenMs, personalShown } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { brandPage, personal, probes } from '../../lab/world/brand-page.ts'
import { chunkPath, readBuilt } from '../../lab/world/tag.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { type BrowserName, browserNames } from '../../scripts/browsers.mjs'
import type { BatchRequest } from '../../src/protocol/index.ts'
import {
  allShown,
  expectPersonal,
  hasMarked,
  isAnswerKept,
  isLate,
  isLoaded,
  patientTag,
  view,
} from './expectations.ts'

/** Keeps what the page sends, with its answer, and what goes wrong in it. */
const record = `<script>
  window.sent = []
  window.failures = []
  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (body) {
    this.addEventListener('loadend', () => sent.push({ body: JSON.parse(body), status: this.status, response: this.response }))
    send.call(this, body)
  }
  addEventListener('error', ({ message }) => failures.push(message))
  addEventListener('unhandledrejection', ({ reason }) => failures.push(String(reason)))
</script>`

/** Sets the page's clock forward, in ms. */
const shiftClock = (byMs: number): string => `<script>
  window.Date = class extends Date {
    constructor(...given) { given.length ? super(...given) : super(Date.now()) }
    static now() { return super.now() + ${byMs} }
  }
</script>`

const DAY_MS = 86_400_000
const clocks = { behind: -DAY_MS, ahead: DAY_MS }

let world: World
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers()])
  world.pages['/'] = brandPage(record + labHead(patientTag))
  for (const [name, byMs] of Object.entries(clocks))
    world.pages[`/${name}`] = brandPage(shiftClock(byMs) + record + labHead(patientTag))
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})
beforeEach(() => {
  world.site.requests.clear()
})

function browserOf(name: string, all = browsers): Browser {
  return all.find((browser) => browser.name === name) ?? expect.unreachable(`${name} is not running`)
}

const shown = `${allShown} && ${isLoaded}`
const open = (page: Page, path: string, until = shown) => view(page, world.site.origin + path, until)

/** Resolves in the page once an event was acknowledged, with the batch that brought it. */
const delivered = (event: string): string => `new Promise((resolve) => {
  const look = () => {
    const batch = sent.find(({ body, status }) => status === 200 && (body.batch || []).some((other) => other.event === '${event}'))
    batch ? resolve(batch.body) : setTimeout(look, 10)
  }
  look()
})`

/** Tracks an event, and returns the batch that brought it. */
async function track(page: Page, event: string): Promise<BatchRequest> {
  return page.evaluate<BatchRequest>(`(pp.track('${event}'), pp.flush(), ${delivered(event)})`)
}

const kept = `(() => {
  let keys = []
  try { keys = Object.keys(localStorage) } catch {}
  return [document.cookie, ...keys]
})()`

/** Runs with a visitor of a browser that is started for them. */
async function withBrowser(
  name: BrowserName,
  options: LaunchOptions,
  run: (browser: Browser) => Promise<void>,
): Promise<void> {
  const browser = await launchBrowser(name, options)
  try {
    await run(browser)
  } finally {
    await browser.close()
  }
}

test.each(browserNames())(
  '%s: five tabs at once are all personal, lose nothing and send nothing twice',
  async (name) => {
    const page = await browserOf(name).open()
    await open(page, '/')
    await track(page, 'First')
    const tabs = [page]
    while (tabs.length < 5) tabs.push(await page.tab())
    await Promise.all(tabs.map((tab) => tab.goto(`${world.site.origin}/`, { until: 'load' })))
    for (const tab of tabs) expectPersonal(await readFrames(tab, `${shown} && ${isLate}`))
    await Promise.all(tabs.map((tab, index) => tab.evaluate(`(pp.track('Tab ${index}'), pp.flush())`)))
    const sent = `sent.filter(({ body, status }) => status === 200 && body.batch).map(({ body }) => body)`
    const batches = (await Promise.all(tabs.map((tab) => tab.evaluate<BatchRequest[]>(sent)))).flat()
    const events = batches.flatMap(({ batch }) => batch)
    expect(events).toHaveLength(new Set(events.map(({ messageId }) => messageId)).size)
    const tracked = events.flatMap((event) =>
      event.type === 'track' && event.event.startsWith('Tab') ? [event.event] : [],
    )
    expect(tracked.sort()).toEqual(['Tab 0', 'Tab 1', 'Tab 2', 'Tab 3', 'Tab 4'])
    expect(new Set(batches.map(({ token }) => token)).size).toBe(1)
    await page.close()
  },
)

test.each(browserNames())(
  '%s: a private window knows its visitor as long as it is open, and the next one nothing',
  async (name) => {
    await withBrowser(name, { isPrivate: true }, async (browser) => {
      const page = await browser.open()
      await open(page, '/')
      const { token } = await track(page, 'Bought')
      await world.service.caughtUp()
      expectPersonal(await open(page, '/'), { ...personal, call: 'Personal thanks' })
      expect((await track(page, 'Later')).token).toBe(token)
      await page.close()
      const next = await browser.open()
      await open(next, '/bare', isLoaded)
      expect(await next.evaluate(kept)).toEqual([''])
      await next.close()
    })
  },
)

/** Fills localStorage to the last character. */
const fill = `(() => {
  for (let chars = 4_000_000; chars >= 1; chars = Math.floor(chars / 2)) {
    try {
      for (let count = 0; ; count++) localStorage['full ' + chars + ' ' + count] = 'x'.repeat(chars)
    } catch {}
  }
  try { localStorage.pp = '{}' } catch ({ name }) { return name }
})()`

test.each(browserNames())('%s: with storage full every view is personal, and its events go', async (name) => {
  const page = await browserOf(name).open()
  await open(page, '/bare', isLoaded)
  expect(await page.evaluate(fill)).toBe('QuotaExceededError')
  expectPersonal(await open(page, '/'))
  const { token } = await track(page, 'Bought')
  await world.service.caughtUp()
  expectPersonal(await open(page, '/'), { ...personal, call: 'Personal thanks' })
  expect((await track(page, 'Later')).token).toBe(token)
  expect(await page.evaluate('failures')).toEqual([])
  await page.close()
})

test.each(browserNames())('%s: with cookies forbidden events go under an id that dies with the page', async (name) => {
  await withBrowser(name, { areCookiesForbidden: true }, async (browser) => {
    const page = await browser.open()
    expectPersonal(await open(page, '/'))
    const { token } = await track(page, 'Bought')
    expect((await track(page, 'Later')).token).toBe(token)
    expect(await page.evaluate('[document.cookie, failures]')).toEqual(['', []])
    world.site.requests.clear()
    await page.evaluate(`pp.track('Left')`)
    // A visitor who is known would see "Personal thanks".
    expectPersonal(await open(page, '/'))
    await expect.poll(() => world.site.requests.of('/pp/v1/batch').length).toBeGreaterThan(0)
    expect((await track(page, 'Again')).token).not.toBe(token)
    await page.close()
  })
})

test.each(browserNames())(
  '%s: a visitor whose clock is a day ahead, then a day behind, then right is known all the time',
  async (name) => {
    const page = await browserOf(name).open()
    expectPersonal(await open(page, '/ahead'))
    const { token } = await track(page, 'Bought')
    await world.service.caughtUp()
    for (const path of ['/ahead', '/behind', '/'])
      expectPersonal(await open(page, path), { ...personal, call: 'Personal thanks' })
    expect((await track(page, 'Later')).token).toBe(token)
    await page.close()
  },
)

/** A page with a sandboxed frame, in which it evaluates expressions by messages. */
function framing(path: string): SitePage {
  const script = `window.ask = (expression) => new Promise((resolve) => {
    onmessage = ({ data }) => resolve(data)
    document.querySelector('iframe').contentWindow.postMessage(expression, '*')
  })`
  return {
    chunks: [
      {
        html: `<!doctype html><html><head><script>${script}</script></head><body>
          <iframe sandbox="allow-scripts" src="${path}" width="600" height="600"></iframe></body></html>`,
      },
    ],
  }
}

const answering = `<script>onmessage = async ({ data, source }) => source.postMessage(await eval(data), '*')</script>`

/** In the frame: true once `until` is, with what the sampler has seen. */
const inFrame = (until: string, value: string): string =>
  `ask(${JSON.stringify(`new Promise((resolve) => {
  const look = () => (${until}) ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(${value}))) : requestAnimationFrame(look)
  look()
})`)})`

test.each(browserNames())("%s: a sandboxed frame that the service refuses shows the brand's own page", async (name) => {
  world.pages['/frame'] = brandPage(answering + record + labHead())
  world.pages['/framing'] = framing('/frame')
  const page = await browserOf(name).open()
  await page.goto(`${world.site.origin}/framing`, { until: 'load' })
  const seen = await page.evaluate<{ frames: FrameLog; failures: string[] }>(
    inFrame(
      `${isLoaded} && performance.getEntriesByType('mark').some(({ name }) => name.startsWith('pp:fallback'))`,
      `(pp.track('Looked'), pp.consent('denied'), pp.consent('granted'), { frames: __frames, failures })`,
    ),
  )
  for (const { slot, original } of probes)
    expect([finalSignature(seen.frames, slot), personalShown(seen.frames, slot)]).toEqual([original, false])
  expect(seen.failures).toEqual([])
  await page.close()
})

test.each(browserNames())(
  '%s: a sandboxed frame that the service answers is personal, and its events go',
  async (name) => {
    const open = { 'access-control-allow-origin': '*', 'content-type': 'application/json' }
    const decision = (operations: object[]) => ({
      reason: 'match',
      tier: 'live',
      experience: 'e',
      variant: 'a',
      operations,
    })
    const slots = { headline: decision([{ op: 'text', value: 'Personal headline' }]) }
    const answer = { v: 1, catalog: 'c', consent: 'granted', ttlMs: 60_000, token: 'a.b.c', slots }
    world.pages['/open/v1/decide'] = { chunks: [{ html: JSON.stringify(answer) }], headers: open }
    world.pages['/open/v1/batch'] = { chunks: [{ html: '{"v":1,"results":[]}' }], headers: open }
    const late = chunkPath('late').replace('/pp/', '/open/')
    world.pages[late] = {
      chunks: [{ html: readBuilt('prepaint-late.js') }],
      headers: { ...open, 'content-type': 'text/javascript' },
    }
    world.pages['/open'] = brandPage(answering + record + labHead({ ...patientTag, 'data-endpoint': '/open' }))
    world.pages['/framing'] = framing('/open')
    const page = await browserOf(name).open()
    await page.goto(`${world.site.origin}/framing`, { until: 'load' })
    const seen = await page.evaluate<{ headline: string; token: string; failures: string[] }>(
      inFrame(
        `${hasMarked('shown:headline')} && ${isLoaded} && performance.getEntriesByName('${world.site.origin}${late}').length`,
        `(pp.track('Looked'), pp.flush(), ${delivered('Looked')}.then(({ token }) => (pp.consent('denied'), { headline: document.querySelector('h1').innerText, token, failures })))`,
      ),
    )
    expect(seen).toEqual({ headline: 'Personal headline', token: 'a.b.c', failures: [] })
    await page.close()
  },
)

/** The lab's page without a doctype, from right to left, and without a script of its own. */
function quirky(head: string): SitePage {
  const { chunks } = brandPage(head)
  return {
    chunks: chunks.map((chunk) => ({
      ...chunk,
      html: chunk.html.replace('<!doctype html><html lang="en">', '<html lang="ar" dir="rtl">'),
    })),
  }
}

test.each(browserNames())(
  '%s: a page in quirks mode that runs from right to left is personal at once',
  async (name) => {
    world.pages['/quirks'] = quirky(record + labHead(patientTag))
    const page = await browserOf(name).open()
    for (const visit of ['new', 'returning']) {
      const frames = await open(page, '/quirks', visit === 'new' ? `${shown} && ${isAnswerKept}` : shown)
      expectPersonal(frames)
      if (visit === 'returning')
        for (const { slot } of probes.filter(({ slot }) => slot !== 'picture')) expect(hiddenMs(frames, slot)).toBe(0)
    }
    const mode = '[document.compatMode, getComputedStyle(document.querySelector("h1")).direction, failures]'
    expect(await page.evaluate(mode)).toEqual(['BackCompat', 'rtl', []])
    await page.close()
  },
)

/** Counts the pages of a PDF, whose objects may be compressed. */
function pagesOf(pdf: Uint8Array): number {
  const bytes = Buffer.from(pdf)
  const texts = [bytes.toString('latin1')]
  for (let at = bytes.indexOf('stream\n'); at >= 0; at = bytes.indexOf('stream\n', at + 1)) {
    try {
      texts.push(
        inflateSync(bytes.subarray(at + 'stream\n'.length), { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1'),
      )
    } catch {
      // The end of a stream, or one that is not compressed.
    }
  }
  return texts.join('').match(/\/Type\s*\/Page\b/g)?.length ?? 0
}

/** The original ends with three words of which each begins a page but the first, and the variant's bold word ends one. */
const leaves = '<style>.teaser i, .teaser b { display: block; break-after: page }</style>'

// WebKit's driver cannot print.
test.each(browserNames().filter((name) => name !== 'webkit'))(
  '%s: a page is printed as it is seen: personal',
  async (name) => {
    const { chunks } = brandPage(record + labHead(patientTag) + leaves)
    const html = chunks
      .map((chunk) => chunk.html)
      .join('')
      .replace('>Original teaser<', '><i>Original</i> <i>teaser</i> <i>of three pages</i><')
    const slots = html.replace(/<main>.*<\/main>/s, '')
    world.pages['/printed'] = { chunks: [{ html: slots }] }
    world.pages['/printed-bare'] = { chunks: [{ html: slots.replace(/<script data-site.*?<\/script>/s, '') }] }
    const page = await browserOf(name).open()
    const print = async (path: string, until: string): Promise<number> => {
      await open(page, path, until)
      return pagesOf((await page.print?.()) ?? expect.unreachable(`${name} cannot print`))
    }
    expect([await print('/printed-bare', isLoaded), await print('/printed', hasMarked('shown:teaser'))]).toEqual([3, 2])
    await page.close()
  },
)
