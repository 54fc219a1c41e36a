import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createService } from 'prepaint-server'
import { createFaultyService, type FaultyService } from '../../lab/network/fault.ts'
import { createSite, type Site, type SitePage } from '../../lab/network/site.ts'
import { agencyAsset } from './assets.ts'
import { naiveSwap, wholePageHide } from './others.ts'
import { brandPage, markedPage } from './page.ts'
import { snippetFor } from './snippet.ts'

const catalog = fileURLToPath(new URL('catalog.yaml', import.meta.url))
const explain = readFileSync(new URL('explain.html', import.meta.url), 'utf8')

/** The agency's site with its own decision service. */
export interface Agency {
  site: Site
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

/**
 * Starts the service (LMDB in a folder of its own) and the brand's site on loopback.
 * @param before what comes even before the tag, for measuring; nothing by default.
 * @param port the site's; 0 takes a free one.
 */
export async function startAgency(before = '', port = 0): Promise<Agency> {
  const tag = await snippetFor(catalog)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'prepaint-demo-'))
  const closers: (() => Promise<unknown>)[] = [() => rm(dataDirectory, { recursive: true })]
  /** In the opposite order of opening, and once. */
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one()
  }
  try {
    const service = await createService(
      { catalogs: [catalog], dataDirectory, port: 0, allowLoopbackOrigins: true },
      { logStream: silence },
    )
    closers.push(() => service.close())
    const fault = await createFaultyService({ targetPort: (await service.listen()).port })
    closers.push(() => fault.close())
    const site = await createSite({
      port,
      servicePort: fault.port,
      asset: agencyAsset,
      pages: {
        '/': whole(markedPage(before + tag)),
        '/bare': whole(brandPage().replace('<head>', `<head>${before}`)),
        '/naive': whole(markedPage(before + naiveSwap)),
        '/page-hide': whole(markedPage(before + wholePageHide)),
        '/explain': whole(explain),
      },
    })
    closers.push(() => site.close())
    return { site, fault, close }
  } catch (error) {
    await close()
    throw error
  }
}
