// `npm run demo`: the agency's site, to be looked at.
import { startAgency } from './agency.ts'

const PORT = 8080

async function start(): Promise<Awaited<ReturnType<typeof startAgency>>> {
  try {
    return await startAgency('', PORT)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return startAgency()
  }
}

const agency = await start()
const { origin } = agency.site

console.log(`
  The agency's page, personalised before its first paint:

    ${origin}/                       a new visitor; reload it, and you are a returning one
                                                (the picture, headline and greeting follow one view later)
    ${origin}/?utm_campaign=spring   somebody who follows the spring campaign's link
    ${origin}/explain                why you see what you see
    ${origin}/bare                   the page as its makers wrote it
    ${origin}/naive                  the same content by a script that swaps late
    ${origin}/page-hide              the same content behind a hidden page

  In the console: pp.identify('u1', { plan: 'gold' }), pp.track('Looked'), pp.consent('denied'), pp.destroy()
  Edit examples/agency/catalog.yaml and reload twice: the catalog is taken over while the service runs.
  Ctrl-C ends it.
`)

// More than once, as a terminal's Ctrl-C reaches every process of the group and npm passes it on as well.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void agency.close())
