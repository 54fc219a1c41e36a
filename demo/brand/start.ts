import { readFileSync } from 'node:fs'
import { createFaultyService } from '../../lab/network/fault.ts'
import type { Listening } from '../../lab/network/listen.ts'
import { createSite, type SitePage } from '../../lab/network/site.ts'
import { startService } from '../../lab/world/service.ts'
import type { Brand, RunningBrand } from './brand.ts'
import { introduce } from './customer.ts'
import { withHead } from './markup.ts'
import { naiveSwap, wholePageHide } from './others.ts'
import { serveProfiles } from './profile-server.ts'
import { snippetFor } from './snippet.ts'

const explain = readFileSync(new URL('explain.html', import.meta.url), 'utf8')
const profile = readFileSync(new URL('profile.html', import.meta.url), 'utf8')

/** Options for starting a brand. */
export interface StartOptions {
  /** Markup before the tag; nothing by default. */
  before?: string
  /** The tag's attributes. Default: the demo's visitors have agreed. */
  attributes?: { [name: string]: string }
  /** The site's; default: a free one. */
  port?: number
  /** Address of the store of profiles, such as `cql://…`; default: LMDB. */
  store?: string
  /** The service's clock, in ms since 1970; default: the machine's. */
  now?: () => number
  /** Pages beside the brand's own. */
  pages?: { [path: string]: SitePage }
  /** The brand's own app server; default: one that tells what is known of the visitor who asks. */
  app?: Listening
}

const whole = (html: string): SitePage => ({ chunks: [{ html }] })

function pagesOf({ site, page, markedPage }: Brand, before: string, tag: string): { [path: string]: SitePage } {
  return {
    '/': whole(withHead(markedPage, before + tag)),
    '/bare': whole(withHead(page, before)),
    '/naive': whole(withHead(markedPage, before + naiveSwap(site))),
    '/page-hide': whole(withHead(markedPage, before + wholePageHide(site))),
    '/profile': whole(profile),
    '/explain': whole(explain.replaceAll('{{site}}', site)),
  }
}

/** Asks for one decision before the first visitor comes. A service's first one takes longest: 829 ms right after `npm ci`. */
async function warmUp({ brand, site }: RunningBrand): Promise<void> {
  const response = await fetch(`${site.origin}/pp/v1/decide`, {
    method: 'POST',
    headers: { origin: site.origin, 'content-type': 'text/plain' },
    body: JSON.stringify({
      v: 1,
      site: brand.site,
      consent: 'granted',
      page: { path: '/', campaign: '', referrer: '' },
    }),
  })
  if (!response.ok) throw new Error(`${brand.site} answers ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
}

/** Starts a decision service and the brand's site on loopback. */
export async function startBrand(brand: Brand, options: StartOptions = {}): Promise<RunningBrand> {
  const { before = '', port = 0, attributes = { 'data-consent': 'granted' }, store, now, app } = options
  const pages = { ...pagesOf(brand, before, await snippetFor(brand.catalog, attributes)), ...options.pages }
  const closers: (() => Promise<unknown>)[] = []
  /** In the opposite order of opening, and once. */
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one()
  }
  try {
    const started = await startService(brand.catalog, {
      ...(store !== undefined && { store }),
      ...(now !== undefined && { now }),
    })
    closers.push(started.close)
    const fault = await createFaultyService({ targetPort: started.port })
    closers.push(fault.close)
    const appServer = app ?? (await serveProfiles(brand, started.dataDirectory))
    closers.push(appServer.close)
    const ports = { port, servicePort: fault.port, appPort: appServer.port }
    const site = await createSite({ ...ports, asset: brand.asset, pages })
    closers.push(site.close)
    const { service, port: servicePort, dataDirectory } = started
    const running = { brand, site, service, servicePort, dataDirectory, fault, close }
    for (const customer of brand.customers) await introduce(running, customer)
    await warmUp(running)
    return running
  } catch (error) {
    await close()
    throw error
  }
}
