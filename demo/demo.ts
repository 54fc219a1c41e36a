// `npm run demo`: the brands' sites, to be looked at.
import type { SitePage } from '../lab/network/site.ts'
import { agency } from './agency/agency.ts'
import type { Brand, RunningBrand } from './brand/brand.ts'
import { linkQuery } from './brand/customer.ts'
import { startBrand } from './brand/start.ts'
import { type DemoCluster, startDemoCluster } from './cluster.ts'
import { playHistory } from './history/play.ts'
import { takeNodeKeys } from './node-keys.ts'
import { shop } from './shop/shop.ts'
import { ada } from './shop/views.ts'

/** Surroundings of a brand. */
interface Place {
  cluster: DemoCluster | undefined
  pages?: { [path: string]: SitePage }
}

/** On the port that was announced, else on a free one. */
async function start(brand: Brand, port: number, { cluster, pages = {} }: Place): Promise<RunningBrand> {
  const options = { pages, ...(cluster ? { store: cluster.storeOf(brand.site) } : {}) }
  try {
    return await startBrand(brand, { port, ...options })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return startBrand(brand, options)
  }
}

const cluster = process.argv.includes('--cluster') ? await startDemoCluster([agency.site, shop.site]) : undefined
const agencyRunning = await start(agency, 8080, { cluster })
// It takes some seconds: whoever looks earlier waits for it.
const history = playHistory({ shoppers: 5_000, endMs: Date.now() })
const chunk = { html: '', until: async () => (chunk.html = await history) }
const reportPages = { '/report': { chunks: [chunk] } }
const running = [agencyRunning, await start(shop, 8081, { cluster, pages: reportPages })]
const [agencyOrigin = '', shopSite = ''] = running.map(({ site }) => site.origin)
// By another name: cookies know no ports, and these are two sites with visitors of their own.
const shopOrigin = shopSite.replace('localhost', '127.0.0.1')
const link = await linkQuery(running[1] as RunningBrand, ada)

console.log(`
  An agency's page, personalised before its first paint:

    ${agencyOrigin}/                       a new visitor; reload it, and you are a returning one
                                                (the picture, headline and greeting follow one view later)
    ${agencyOrigin}/?utm_campaign=spring   somebody who follows the spring campaign's link
    ${agencyOrigin}/explain                why you see what you see
    ${agencyOrigin}/bare                   the page as its makers wrote it
    ${agencyOrigin}/naive                  the same content by a script that swaps late
    ${agencyOrigin}/page-hide              the same content behind a hidden page

  A shop's page:

    ${shopOrigin}/                       a new visitor; press "Add to cart", reload: another offer; press "Cart",
                                                which buys it, reload: it is not offered any more
    ${shopOrigin}/${link}
                                                a customer with a gold card, by a link that the shop has signed
    ${shopOrigin}/profile                the page, and beside it what the service knows, changing while you click
    ${shopOrigin}/explain                why you see what you see
    ${shopOrigin}/report                 did it earn anything? The report of a past that is made up

  In the console: pp.identify('u1', { plan: 'gold' }), pp.track('Product Viewed'), pp.consent('denied'), pp.destroy()
  Edit demo/agency/catalog.yaml or demo/shop/catalog.yaml and reload twice: a catalog is taken over while the service runs.
  Ctrl-C ends it.
`)
const stopKeys = cluster && takeNodeKeys(cluster.nodes)

let isEnding = false
async function end(): Promise<void> {
  if (isEnding) return
  isEnding = true
  stopKeys?.()
  await Promise.all(running.map((brand) => brand.close()))
  await cluster?.close()
}
// More than once, as a terminal's Ctrl-C reaches every process of the group and npm passes it on as well.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end())
