import type { Consent, Cue, DecideResponse, LiveMessage, Operation, SlotDecision, TvPlan } from 'prepaint/protocol'
import type { SiteAsset, SitePage } from '../network/site.ts'
import type { Probe } from '../sampler/frame-log.ts'
import { createWorld, labHead, type World } from './world.ts'

export const probe: Probe = { slot: 'headline', selector: 'h1', kind: 'text', original: 'Original headline' }

/** A world whose service is pretended: its answers are what a test says. */
export interface TvWorld extends World {
  /** Changes the plan of the next answers. */
  plan(cues: Partial<Cue>[], more?: Partial<TvPlan>): void
  /** The decision for the headline now. */
  decision: Partial<SlotDecision>
  /** Consent that the service has understood. */
  consent: Consent
  /** Contents by name. */
  contents: { [name: string]: Operation[] }
  /** Contents that are never answered. */
  missing: string[]
  /** True: a proxy holds back what a stream says; pages that poll are answered. */
  holdsStreams: boolean
  /** Sends a message to the stream that is open. */
  send(message: Partial<LiveMessage>): void
}

const json = (body: unknown): SiteAsset => ({ body: JSON.stringify(body), type: 'application/json' })

/** The words are for WebKitGTK 2.50, which runs no frame while the page has only a word or two. */
const page = (head: string): SitePage => ({
  chunks: [
    {
      html: `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>TV</title>
        <style>h1 { height: 40px; margin: 0 } .grows { height: auto }</style></head>
        <body><h1 data-pp-slot="headline">${probe.original}</h1><script>window.applied = []; pp.on('applied', ({ variant, outcome }) => applied.push([variant, outcome]))</script><p>${'Some words of the brand. '.repeat(20)}</p></body></html>`,
    },
  ],
})

/** Keeps the bodies of the counts that a page sends by beacon, in `counted`; they go on their way. */
const countingScript = `<script>window.counted = []
  const send = navigator.sendBeacon.bind(navigator)
  navigator.sendBeacon = (address, body) => {
    if (address.endsWith('/v1/counts')) counted.push(...JSON.parse(body).counts)
    return send(address, body)
  }</script>`

/** Starts it, with the page `/tv`, `/tv/soon`, on which no random time is a wait, and `/tv-pending` for visitors who have not been asked for consent. */
export async function createTvWorld(): Promise<TvWorld> {
  let cues: Partial<Cue>[] = []
  let more: Partial<TvPlan> = {}
  let version = 1
  let message = '{}'
  let open = (): void => undefined
  let gate = new Promise<void>((resolve) => (open = resolve))
  const plan = (): TvPlan => ({
    nowMs: Date.now(),
    version: String(version),
    untilMs: Date.now() + 900_000,
    delayMs: 0,
    live: ['headline'],
    cues: cues as Cue[],
    ...more,
  })
  const textOf = (told: Partial<LiveMessage>): string => JSON.stringify({ slots: {}, plan: plan(), ...told })
  const event = (text: string): string => `event: plan\ndata: ${text}\n\n`
  const isPolling = (): boolean => world.site.requests.of('/pp/v1/live').at(-1)?.query.endsWith('&poll') === true
  const stream = (): SitePage => ({
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    chunks: [
      { until: () => (world.holdsStreams ? new Promise(() => undefined) : Promise.resolve()), html: event(textOf({})) },
      { until: () => gate, html: ': more\n\n' },
      // Read when its turn comes.
      {
        get html(): string {
          return event(message)
        },
      },
      { until: () => new Promise(() => undefined), html: '' },
    ],
  })
  const polled = (): SitePage => ({
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    chunks: [{ html: message }],
  })
  const live = (): SitePage => (isPolling() ? polled() : stream())
  const answer = (): DecideResponse => {
    const headline: SlotDecision = { reason: 'no-match', tier: 'live', ...world.decision }
    return { v: 1, catalog: 'c', consent: world.consent, ttlMs: 1, slots: { headline }, tv: plan() }
  }
  const asset = (path: string): SiteAsset | undefined => {
    if (path === '/pp/v1/decide') return json(answer())
    const [, content] = /^\/pp\/v1\/content\/lab\/(.+)/.exec(path) ?? []
    if (content === undefined) return undefined
    return world.missing.includes(content)
      ? { body: '', type: 'text/plain', delayMs: Infinity }
      : json({ operations: world.contents[content] })
  }
  const world: TvWorld = {
    ...(await createWorld({ asset })),
    plan(newCues, newMore = {}) {
      cues = newCues.map((cue) => ({ slot: 'headline', reason: 'match', experience: 'tv', variant: 'a', ...cue }))
      more = newMore
    },
    consent: 'granted',
    decision: {},
    contents: {},
    missing: [],
    holdsStreams: false,
    send(told) {
      version++
      message = textOf(told)
      open()
      gate = new Promise((resolve) => (open = resolve))
    },
  }
  Object.defineProperty(world.pages, '/pp/v1/live', { get: live, enumerable: true })
  const head = labHead({ 'data-site': 'lab', 'data-consent': 'granted' }, [probe])
  world.pages['/tv'] = page(head)
  world.pages['/tv/soon'] = page(`<script>Math.random = () => 0</script>${head}`)
  world.pages['/tv-pending'] = page(countingScript + labHead({ 'data-site': 'lab' }, [probe]))
  return world
}

/** Has the page ask for another plan, as one that is looked at again does. */
export const askAgain = `dispatchEvent(new Event('visibilitychange'))`

/** True in the page once the TV chunk runs. */
export const isTvThere = `performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes('prepaint-tv') && responseEnd)`

/** True in the page once it has so many contents. */
export const hasContents = (count: number): string =>
  `performance.getEntriesByType('resource').filter(({ name, responseEnd }) => name.includes('/v1/content/') && responseEnd).length >= ${count}`
