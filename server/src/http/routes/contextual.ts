import type { DecideResponse } from 'prepaint/protocol'
import { createReads } from '../../catalog/reads.ts'
import type { Site } from '../../catalog/site.ts'
import { HttpError } from '../app/errors.ts'
import { contextKey, keyContext, parseContextKey } from './context-key.ts'
import type { Route } from './route.ts'

/** Longest time that a shared cache may keep an answer, in s: a catalog that has changed is then seen everywhere. */
const MAX_SHARED_AGE_S = 60

/** The way from an address back to `/v1/decide/`: a proxy may have taken a prefix away, and added slashes. */
function upToDecide(path: string): string {
  const parts = path.split('/')
  const named = parts.flatMap((part, index) => (part === '' ? [] : [index]))
  return '../'.repeat(parts.length - 2 - (named.at(-3) ?? 0))
}

/** Longest time that one may keep an answer which tells its changes ahead, in s, and go on with it while it fetches the next. */
const PLANNED_AGE_S = 30

/** Returns the shortest time for which these decisions hold, in ms; those that the page changes by itself hold as long as its plan. */
function holdsMs({ slots, tv, ttlMs }: DecideResponse, nowMs: number): number {
  const others = Object.entries(slots).filter(([name]) => !tv?.live.includes(name))
  return Math.min(ttlMs, tv ? tv.untilMs - nowMs : Infinity, ...others.map(([, slot]) => slot.ttlMs ?? ttlMs))
}

/** Returns true if no cache may keep this answer: a slot says so, or the experience that it shows. */
function isStrict({ compiled }: Site, { slots }: DecideResponse): boolean {
  return compiled.slots.some(
    (slot) =>
      slot.isStrict ||
      slot.experiences.some(({ experience: { id, strict } }) => strict === true && slots[slot.name]?.experience === id),
  )
}

/**
 * Returns how long a cache may keep an answer, and which caches: until a schedule changes one of its slots. An answer with a plan outlives
 * planned changes. Where TV decides, one is kept for a second at least: when something airs, all come at once.
 */
function cacheControl(site: Site, answer: DecideResponse, whose: 'public' | 'private', nowMs: number): string {
  if (isStrict(site, answer)) return 'no-store'
  const leastS = site.compiled.slots.some(({ tv }) => tv.length > 0) ? 1 : 0
  const holdsS = Math.max(leastS, Math.floor(holdsMs(answer, nowMs) / 1_000))
  if (!answer.tv) return holdsS > 0 ? `${whose}, max-age=${Math.min(MAX_SHARED_AGE_S, holdsS)}` : 'no-store'
  const ageS = Math.max(1, Math.min(PLANNED_AGE_S, holdsS))
  const staleS = Math.max(0, Math.min(PLANNED_AGE_S, holdsS - ageS))
  return `${whose}, max-age=${ageS}, stale-while-revalidate=${staleS}`
}

/**
 * `GET /v1/decide/<site>/<contextKey>`: what anybody should see under these circumstances. The address is all that it
 * depends on, and each context has one: any other spelling is sent to it, so that a cache keeps one copy of each. Where
 * it depends on the place, too, which comes by header, the answer is for the browser's own cache alone.
 */
export const contextualRoute: Route = {
  method: 'get',
  path: '/v1/decide/{site}/{contextKey}',
  pattern: '/v1/decide/:site/:key',
  summary:
    'What anybody should see under these circumstances, for shared caches; other spellings of a key are sent to the one',
  parameters: ['site', 'contextKey'],
  answer: 'DecideResponse',
  errors: ['site_unknown', 'context_invalid', 'rate_limited', 'internal'],
  cors: 'any',
  create({ settings, sites, decide, readGeo, checkLimits, now }) {
    const readsOf = createReads()
    // Then a place may be known: it decides, and it stands in no address.
    const knowsGeo = Object.keys(settings.geoHeaders).length > 0
    return {
      async answer(request, reply) {
        reply.headers({ 'access-control-allow-origin': '*', 'timing-allow-origin': '*', 'cache-control': 'no-store' })
        const { url } = request
        const params = request.params as { site: string; key: string }
        const site = sites.get(params.site)
        if (!site) throw new HttpError('site_unknown')
        request.siteName = site.name
        checkLimits(request, site.name, undefined)
        const facts = parseContextKey(params.key)
        if (!facts) throw new HttpError('context_invalid')
        const reads = readsOf(site)
        const canonical = `${site.name}/${contextKey(facts, reads.page)}`
        // A client of a proxy names the host, too (RFC 9112, 3.2.2).
        const [path = '', ...query] = url.replace(/^https?:\/\/[^/?]*/, '').split('?')
        if (path !== `/v1/decide/${canonical}` || query.length > 0)
          return reply.redirect(`${upToDecide(path)}${canonical}`, 302)
        const answer = await decide({
          site,
          consent: 'pending',
          mayLink: false,
          page: keyContext(facts),
          geo: readGeo(request),
        })
        // A cache may keep it: by then it would be another time.
        if (answer.tv) delete answer.tv.nowMs
        // What is on TV depends on the place, too.
        const whose = knowsGeo && (reads.geo || site.compiled.hasTv) ? 'private' : 'public'
        return reply.header('cache-control', cacheControl(site, answer, whose, now())).send(answer)
      },
    }
  },
}
