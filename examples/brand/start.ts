import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createService, type Service } from 'prepaint-server'
import { createFaultyService, type FaultyService } from '../../lab/network/fault.ts'
import { createSite, type Site, type SitePage } from '../../lab/network/site.ts'
import type { Brand } from './brand.ts'
import { withHead } from './markup.ts'
import { naiveSwap, wholePageHide } from './others.ts'
import { snippetFor } from './snippet.ts'

const explain = readFileSync(new URL('explain.html', import.meta.url), 'utf8')

/** A brand's site with its own decision service. */
export interface RunningBrand {
  brand: Brand
  site: Site
  service: Service
  /** Between the two, so that the service can be taken away. */
  fault: FaultyService
  /** Stops both and forgets every visitor. */
  close(): Promise<void>
}

const silence = new Writable({
  write(_chunk, _encoding, done) {
    done()
  },
})

const whole = (html: string): SitePage => ({ chunks: [{ html }] })

function pagesOf({ site, page, markedPage }: Brand, before: string, tag: string): { [path: string]: SitePage } {
  return {
    '/': whole(withHead(markedPage, before + tag)),
    '/bare': whole(withHead(page, before)),
    '/naive': whole(withHead(markedPage, before + naiveSwap(site))),
    '/page-hide': whole(withHead(markedPage, before + wholePageHide(site))),
    '/explain': whole(explain.replaceAll('{{site}}', site)),
  }
}

/** How a brand is started. */
export interface StartOptions {
  /** What comes even before the tag; nothing by default. */
  before?: string
  /** The tag's attributes. Default: the demo's visitors have agreed. */
  attributes?: { [name: string]: string }
  /** The site's; default: a free one. */
  port?: number
}

/** Starts the service (LMDB in a folder of its own) and the brand's site on loopback. */
export async function startBrand(brand: Brand, options: StartOptions = {}): Promise<RunningBrand> {
  const { before = '', port = 0, attributes = { 'data-consent': 'granted' } } = options
  const tag = await snippetFor(brand.catalog, attributes)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'prepaint-demo-'))
  const closers: (() => Promise<unknown>)[] = [() => rm(dataDirectory, { recursive: true })]
  /** In the opposite order of opening, and once. */
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one()
  }
  try {
    const service = await createService(
      { catalogs: [brand.catalog], dataDirectory, port: 0, allowLoopbackOrigins: true },
      { logStream: silence },
    )
    closers.push(() => service.close())
    const fault = await createFaultyService({ targetPort: (await service.listen()).port })
    closers.push(() => fault.close())
    const pages = pagesOf(brand, before, tag)
    const site = await createSite({ port, servicePort: fault.port, asset: brand.asset, pages })
    closers.push(() => site.close())
    return { brand, site, service, fault, close }
  } catch (error) {
    await close()
    throw error
  }
}
