import type { CueContent } from 'prepaint/protocol'
import { contentsOf } from '../../catalog/content.ts'
import type { Site } from '../../catalog/site.ts'
import { HttpError } from '../app/errors.ts'
import type { Route } from './route.ts'

/** Makes what finds contents of catalogs, each made once. */
function createContents(): (site: Site | undefined, name: string) => CueContent | undefined {
  const known = new WeakMap<Site, Map<string, CueContent>>()
  return (site, name) => {
    if (!site) return undefined
    const contents = known.get(site) ?? contentsOf(site.compiled)
    known.set(site, contents)
    return contents.get(name)
  }
}

/** `GET /v1/content/<site>/<content>`: the operations of a variant that live slots switch to. The name follows from them, so they never change. */
export const contentRoute: Route = {
  method: 'get',
  path: '/v1/content/{site}/{content}',
  pattern: '/v1/content/:site/:content',
  summary: 'The operations of a variant of a live slot, under a name that follows from them',
  parameters: ['site', 'content'],
  answer: 'CueContent',
  errors: ['site_unknown', 'route_unknown', 'rate_limited', 'internal'],
  cors: 'any',
  create({ sites, checkLimits }) {
    const contentOf = createContents()
    return {
      answer(request, reply) {
        reply.headers({ 'access-control-allow-origin': '*', 'timing-allow-origin': '*', 'cache-control': 'no-store' })
        const { site: siteName, content: name } = request.params as { site: string; content: string }
        const site = sites.get(siteName)
        if (!site) throw new HttpError('site_unknown')
        request.siteName = site.name
        checkLimits(request, site.name, undefined)
        // Pages with a plan of the catalog before still ask for what it shows.
        const content = contentOf(site, name) ?? contentOf(sites.former(site.name), name)
        if (!content) throw new HttpError('route_unknown', `no variant of a live slot has the content ${name}`)
        return reply.header('cache-control', 'public, max-age=31536000, immutable').send(content)
      },
    }
  },
}
