import { vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { serve } from '../../../src/late/serve.ts'
import type { Served } from '../../../src/late/served.ts'
import type { Cue, DecideResponse, Operation, SlotDecision, TvPlan } from '../../../src/protocol/index.ts'
import { startTv } from '../../../src/tv/start.ts'
import { answerOf, FakeRequest, insert, pass, respond, start } from '../client/page-view.ts'

/** Service's time when the pages begin, in ms; the device's clock stands at 0. */
export const SERVICE_MS = 1_800_000_000_000

/** A time of the service so long after the page has begun, in ms. */
export const at = (ms: number): number => SERVICE_MS + ms

/** A cue of the slot `hero`, so long after the page has begun. */
export const cue = (ms: number, more: Partial<Cue> = {}): Cue => ({
  slot: 'hero',
  reason: 'match',
  fromMs: at(ms),
  experience: 'tv',
  variant: 'a',
  ...more,
})

/** A plan that is made as the page begins. */
export const planOf = (cues: Cue[], more: Partial<TvPlan> = {}): TvPlan => ({
  nowMs: SERVICE_MS + Date.now(),
  version: '1',
  untilMs: SERVICE_MS + Date.now() + 900_000,
  delayMs: 5_000,
  live: ['hero'],
  cues,
  ...more,
})

export const says = (value: string): Operation[] => [{ op: 'text', value }]

/** An answer with a plan, that decides this for `hero` now: by default its own content. */
export const answerWith = (tv: TvPlan, decision: Partial<SlotDecision> = {}): DecideResponse => ({
  ...answerOf({ reason: 'no-match', experience: undefined, variant: undefined, ...decision } as Partial<SlotDecision>),
  tv,
})

/** Makes the page visible or hidden. */
export function show(isVisible = true): void {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(!isVisible)
  dispatchEvent(new Event('visibilitychange'))
}

/** Heights of elements, by what they say. */
export function stubHeights(heightOf: (text: string) => number, top = 0): void {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    const height = heightOf(said(this))
    return { top, height, bottom: top + height } as DOMRect
  })
}

/** Returns the text that a person sees. */
export function said(element: Element): string {
  const texts = Array.from(element.childNodes, (node) =>
    node instanceof Element && node.hasAttribute('hidden') ? '' : node.textContent,
  )
  return texts.join('')
}

/** A page whose first answer had this plan, and whose late chunks have come. */
export async function openTv(
  answer: DecideResponse,
  { random = () => 0 }: { random?: () => number } = {},
): Promise<{ bridge: Bridge; hero: HTMLElement; served: Served }> {
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([])
  show()
  const bridge = start({ consent: answer.consent })
  const hero = await insert()
  respond(bridge, answer)
  const served = serve(bridge)
  const nowMs = (): number => Date.now()
  startTv(bridge, served, { _random: random, _runMs: nowMs, _dateMs: nowMs })
  return { bridge, hero, served }
}

/** Answers the request for a content that was sent last; null for a failure. */
export async function respondContent(operations: Operation[] | null): Promise<void> {
  const request = FakeRequest.sent.filter(({ address }) => address.includes('/v1/content/')).pop()
  if (!request) throw new Error('No content was asked for')
  request.response = operations && { operations }
  request.onloadend()
  await pass()
}

/** The addresses of contents that were asked for. */
export const contentsAsked = (): string[] =>
  FakeRequest.sent.map(({ address }) => address).filter((address) => address.includes('/v1/content/'))

/** The number of questions to the service. */
export const asked = (): number => FakeRequest.sent.filter(({ address }) => address.endsWith('/v1/decide')).length

/** Variant, outcome and cause of each assignment that waits to be sent; those that a cue has caused are held until a timer's turn. */
export async function assigned(bridge: Bridge): Promise<unknown[]> {
  await pass(1)
  return bridge._pendingEvents.flatMap((event) => {
    if (event.type !== 'track' || event.event !== 'pp:assigned') return []
    const { variant, outcome, cause } = event.properties ?? {}
    return [[variant, outcome, ...(cause === undefined ? [] : [cause])]]
  })
}
