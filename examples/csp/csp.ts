import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSite, type Site, type SitePage } from '../../lab/network/site.ts'
import { startService } from '../../lab/world/service.ts'

const REPORTS = '/csp-reports'

const html = readFileSync(new URL('page.html', import.meta.url), 'utf8')

/** Nothing but what is named: scripts and styles by a nonce, HTML and script addresses by the tag's one policy. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types prepaint',
    `report-uri ${REPORTS}`,
  ].join('; ')
}

/** A nonce is for one answer. */
function createPage(): SitePage {
  const nonce = randomBytes(16).toString('base64')
  return {
    headers: { 'content-security-policy': policy(nonce) },
    chunks: [{ html: html.replaceAll('{{nonce}}', nonce) }],
  }
}

/** A site under a strict Content-Security-Policy. */
export interface StrictSite {
  site: Site
  /** Number of violations of the policy that browsers have reported. */
  reportCount(): number
  close(): Promise<void>
}

/** Starts it with its decision service. */
export async function startStrictSite(port = 0): Promise<StrictSite> {
  const started = await startService(fileURLToPath(new URL('catalog.yaml', import.meta.url)))
  const pages = {
    get '/'() {
      return createPage()
    },
  }
  const asset = (path: string) =>
    path === REPORTS || path === '/favicon.ico' ? { body: '', type: 'text/plain' } : undefined
  const site = await createSite({ port, servicePort: started.port, pages, asset })
  return {
    site,
    reportCount: () => site.requests.of(REPORTS).length,
    async close() {
      await site.close()
      await started.close()
    },
  }
}
