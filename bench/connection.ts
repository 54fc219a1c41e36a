import { type ChromiumBrowser, launchChromium } from '../lab/browser/chromium.ts'
import { createCertificate } from '../lab/network/certificate.ts'
import { createDelayProxy } from '../lab/network/delay-proxy.ts'
import type { SiteAsset } from '../lab/network/site.ts'
import { createWorld, type World } from '../lab/world/world.ts'

/** The lab's world at the far end of a connection. */
export interface Connection {
  world: World
  browser: ChromiumBrowser
  /** Origin that the browser opens: TLS and HTTP/2 through the delay. */
  origin: string
  close(): Promise<void>
}

/** Options of a connection beside its round trip. */
interface ConnectionOptions {
  /** Capacity each way; unlimited by default. */
  bytesPerSecond?: number
  /** The service's catalog, in the lab's folder of the world. */
  catalog?: string
  /** More files of the site. */
  asset?: (path: string) => SiteAsset | undefined
}

/** Puts a round trip of `rttMs` between Chromium and the site, and `decisionMs` between the site and its decision. */
export async function connect(
  rttMs: number,
  decisionMs: number,
  { bytesPerSecond, ...files }: ConnectionOptions = {},
): Promise<Connection> {
  const certificate = await createCertificate()
  const world = await createWorld({ tls: certificate, ...files })
  const proxy = await createDelayProxy({
    targetPort: world.site.port,
    rttMs,
    ...(bytesPerSecond && { bytesPerSecond }),
  })
  const browser = await launchChromium({ ignoreCertificateErrors: certificate.spkiHash })
  if (decisionMs > 0) world.fault.setFault({ kind: 'delay', delayMs: decisionMs })
  return {
    world,
    browser,
    origin: `https://localhost:${proxy.port}`,
    async close() {
      await browser.close()
      await proxy.close()
      await world.close()
    },
  }
}
