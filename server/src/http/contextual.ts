import type { FastifyInstance } from 'fastify'
import type { DecideResponse, Json } from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { Sites } from '../catalog/sites.ts'
import type { Decide } from '../decide/decide.ts'
import { contextKey, keyContext, parseContextKey } from './context-key.ts'
import { HttpError } from './errors.ts'
import type { ReadGeo } from './geo.ts'
import type { CheckLimits } from './limits.ts'

/** Longest time that a shared cache may keep an answer, in s: a catalog that has changed is then seen everywhere. */
const MAX_SHARED_AGE_S = 60

/** Page facts that these conditions name, at whatever depth: a name is always a key. */
function factsNamed(condition: Json): string[] {
  if (typeof condition !== 'object' || condition === null) return []
  const entries = Array.isArray(condition) ? condition.map((part): [string, Json] => ['', part]) : Object.entries(condition)
  return entries.flatMap(([name, value]) => [...(name.startsWith('page.') ? [name.slice(5)] : []), ...factsNamed(value)])
}

function createFactsRead(): (site: Site) => ReadonlySet<string> {
  const known = new WeakMap<Site, ReadonlySet<string>>()
  return (site) => {
    const facts = known.get(site) ?? new Set(factsNamed(site.catalog.audiences))
    known.set(site, facts)
    return facts
  }
}

/** How long a shared cache may keep an answer: until a schedule changes one of its slots. */
function cacheControl({ slots, ttlMs }: DecideResponse): string {
  const shortestMs = Object.values(slots).reduce((least, slot) => Math.min(least, slot.ttlMs ?? ttlMs), ttlMs)
  const ageS = Math.min(MAX_SHARED_AGE_S, Math.floor(shortestMs / 1_000))
  return ageS > 0 ? `public, max-age=${ageS}` : 'no-store'
}

/** What the route needs. */
export interface ContextualRouteOptions {
  sites: Sites
  decide: Decide
  readGeo: ReadGeo
  checkLimits: CheckLimits
}

/**
 * `GET /v1/decide/<site>/<contextKey>`: what anybody should see under these circumstances. The address is all that it
 * depends on, and each context has one: any other spelling is sent to it, so that a cache keeps one copy of each.
 */
export function routeContextual(app: FastifyInstance, { sites, decide, readGeo, checkLimits }: ContextualRouteOptions): void {
  const factsRead = createFactsRead()
  app.get<{ Params: { site: string; key: string } }>('/v1/decide/:site/:key', async (request, reply) => {
    reply.headers({ 'access-control-allow-origin': '*', 'timing-allow-origin': '*', 'cache-control': 'no-store' })
    const { params, url } = request
    const site = sites.get(params.site)
    if (!site) throw new HttpError('site_unknown')
    request.siteName = site.name
    checkLimits(request, site.name, undefined)
    const facts = parseContextKey(params.key)
    if (!facts) throw new HttpError('context_invalid')
    const canonical = `${site.name}/${contextKey(facts, factsRead(site))}`
    // Relative, since a proxy may have taken a prefix away.
    if (url !== `/v1/decide/${canonical}`) return reply.redirect(`../${canonical}`, 302)
    const answer = await decide({ site, consent: 'pending', mayLink: false, page: keyContext(facts), geo: readGeo(request) })
    return reply.header('cache-control', cacheControl(answer)).send(answer)
  })
}
