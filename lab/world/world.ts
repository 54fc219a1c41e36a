import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createService, type Service } from 'prepaint-server'
import type { Certificate } from '../network/certificate.ts'
import { createFaultyService, type FaultyService } from '../network/fault.ts'
import { createSite, type Site, type SitePage } from '../network/site.ts'
import { samplerScript } from '../sampler/sampler.ts'
import { brandAsset, brandPage, probes } from './brand-page.ts'
import { heavyAsset, heavyPage } from './heavy-page.ts'
import { inlineTag, readBuilt } from './tag.ts'

/** A brand's site with a real decision service behind it, and faults to be planted between the two. */
export interface World {
  site: Site
  service: Service
  /** Between site and service. */
  fault: FaultyService
  /** By path; a test may add its own. */
  pages: { [path: string]: SitePage }
  close(): Promise<void>
}

/** The tag's attributes in the lab's pages. */
export const tagAttributes = { 'data-site': 'lab', 'data-consent': 'granted', 'data-slots': '{"banner":".banner"}' }

/** What comes first in the head of every page of the lab: the sampler, so that it sees the tag at work, and the time (`__headMs`). */
export function labHead(attributes: { [name: string]: string } = tagAttributes): string {
  return `<script>${samplerScript(probes)};window.__headMs = performance.now()</script>${inlineTag(attributes)}`
}

const silence = new Writable({
  write(_chunk, _encoding, done) {
    done()
  },
})

/** Starts all of it on free ports of loopback, with empty storage. */
export async function createWorld(options: { tls?: Certificate } = {}): Promise<World> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'prepaint-lab-'))
  const service = await createService(
    {
      catalogs: [fileURLToPath(new URL('catalog.yaml', import.meta.url))],
      dataDirectory,
      port: 0,
      allowLoopbackOrigins: true,
    },
    { logStream: silence },
  )
  const { port } = await service.listen()
  const fault = await createFaultyService({ targetPort: port })
  const pages = {
    '/': brandPage(labHead()),
    '/torn': brandPage(labHead(), 120),
    '/heavy': heavyPage(labHead()),
    '/bare': brandPage(`<script>${samplerScript(probes)}</script>`),
  }
  const site = await createSite({
    pages,
    servicePort: fault.port,
    // The late chunks of the build on trial, whatever the service has.
    asset: (path) =>
      /^\/pp\/prepaint-(late|api|vitals)\.js$/.test(path)
        ? { body: readBuilt(path.slice('/pp/'.length)), type: 'text/javascript' }
        : (brandAsset(path) ?? heavyAsset(path)),
    ...options,
  })
  return {
    site,
    service,
    fault,
    pages,
    async close() {
      await site.close()
      await fault.close()
      await service.close()
      await rm(dataDirectory, { recursive: true })
    },
  }
}
