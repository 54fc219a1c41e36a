import { airingBehind, type DecideContext } from 'prepaint/engine'
import { type DrawnCount, PROTOCOL_VERSION } from 'prepaint/protocol'
import type { Site } from '../../catalog/site.ts'
import { createValidator } from '../../validate.ts'
import { checkBody, MAX_QUESTION_BYTES } from '../app/body.ts'
import { countsRequest } from '../schema/bodies.ts'
import { bodyErrors } from '../schema/operation.ts'
import { keyContext } from './context-key.ts'
import type { Route } from './route.ts'

const validator = createValidator(countsRequest)

/** Longest time for which a page holds a count back, in ms (`src/tv/hold.ts`): what it speaks of may be over by then. */
const HELD_MS = 30_000

/** Most sums that are kept: of the oldest airings no more is told then. */
const MAX_SUMS = 2_000

/** Returns true if pages draw this variant: what a body says becomes a label only if the catalog has it. */
function isDrawn({ compiled }: Site, { experience, variant }: DrawnCount): boolean {
  const drawn = compiled.slots
    .flatMap(({ experiences }) => experiences)
    .filter((each) => each.draw && each.experience.id === experience)
  const isHeldOut = variant === 'holdout' && compiled.holdout !== undefined
  return drawn.some((each) => isHeldOut || each.experience.variants.some(({ id }) => id === variant))
}

/** Returns the feed and start of what an experience speaks of, now or as the page may have shown it; empty if nothing was on. */
function airingOf({ compiled }: Site, experience: string, context: DecideContext): string {
  const times = [context.nowMs, context.nowMs - HELD_MS]
  const [airing] = times.flatMap((nowMs) => airingBehind(compiled, { ...context, nowMs }, experience) ?? [])
  return airing ? `${airing.feed} ${new Date(airing.fromMs).toISOString()}` : ''
}

/**
 * `POST /v1/counts`: what came of variants that pages have drawn, where nobody's id decides. Only sums are kept, in memory: the body names
 * nobody, and neither address nor time of a request is.
 */
export const countsRoute: Route = {
  method: 'post',
  path: '/v1/counts',
  summary: 'Counts variants that pages of live slots have drawn for visitors without an id; keeps sums only',
  request: ['CountsRequest'],
  answer: 'CountsResponse',
  errors: bodyErrors,
  maxBodyBytes: MAX_QUESTION_BYTES,
  create({ gate, metrics, airingsOf, readGeo, now }) {
    const count = metrics.counter(
      'drawn_total',
      'Variants that pages have drawn for visitors without an id, by the airing that they speak of.',
      ['site', 'experience', 'variant', 'outcome', 'airing'],
      MAX_SUMS,
    )
    return {
      screen: gate.screen,
      async answer(request) {
        const body = checkBody(validator, request.body)
        const site = gate.admit(request, body.site)
        const geo = readGeo(request)
        const context = { page: keyContext({}), tv: airingsOf(site.name), nowMs: now(), ...(geo ? { geo } : {}) }
        const counts = body.counts.filter((each) => isDrawn(site, each))
        for (const { experience, variant, outcome } of counts)
          count([site.name, experience, variant, outcome, airingOf(site, experience, context)])
        return { v: PROTOCOL_VERSION, counted: counts.length }
      },
    }
  },
}
