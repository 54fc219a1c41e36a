import { fileURLToPath } from 'node:url'
import type { Service } from 'prepaint-server'
import { createFaultyService, type FaultyService } from '../network/fault.ts'
import { createSite, type Site, type SiteOptions, type SitePage } from '../network/site.ts'
import type { Probe } from '../sampler/frame-log.ts'
import { samplerScript } from '../sampler/sampler.ts'
import { brandAsset, brandPage, probes } from './brand-page.ts'
import { heavyAsset, heavyPage } from './heavy-page.ts'
import { startService } from './service.ts'
import { chunkPath, inlineTag, readBuilt } from './tag.ts'

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

/**
 * Returns the start of the head of every page of the lab: the sampler, so that it sees the tag at work, and the time
 * (`__headMs`).
 * @param watched the slots that the sampler watches.
 */
export function labHead(attributes: { [name: string]: string } = tagAttributes, watched: Probe[] = probes): string {
  return `<script>${samplerScript(watched)};window.__headMs = performance.now()</script>${inlineTag(attributes)}`
}

/** Starts all of it on free ports of loopback, with empty storage. */
export async function createWorld({
  catalog = 'catalog.yaml',
  asset = () => undefined,
  ...options
}: Pick<SiteOptions, 'tls' | 'asset' | 'appPort'> & { catalog?: string } = {}): Promise<World> {
  const started = await startService(fileURLToPath(new URL(catalog, import.meta.url)))
  const fault = await createFaultyService({ targetPort: started.port })
  const pages = {
    '/': brandPage(labHead()),
    '/torn': brandPage(labHead(), 120),
    '/heavy': heavyPage(labHead()),
    '/bare': brandPage(`<script>${samplerScript(probes)}</script>`),
  }
  const chunks = [chunkPath('late'), chunkPath('api'), chunkPath('tv'), chunkPath('vitals')]
  const site = await createSite({
    pages,
    servicePort: fault.port,
    // The late chunks of the build on trial, whatever the service has.
    asset: (path) =>
      chunks.includes(path)
        ? { body: readBuilt(path.slice('/pp/'.length)), type: 'text/javascript' }
        : (asset(path) ?? brandAsset(path) ?? heavyAsset(path)),
    ...options,
  })
  return {
    site,
    service: started.service,
    fault,
    pages,
    async close() {
      await site.close()
      await fault.close()
      await started.close()
    },
  }
}
