import { loadCatalog } from '../../catalog/load.ts'
import { checkDisk } from '../../doctor/check-disk.ts'
import { checkPolicies, checkSlots, checkTag, type Slots } from '../../doctor/check-page.ts'
import { checkService } from '../../doctor/check-service.ts'
import { checkStore, describeDataCentre } from '../../doctor/check-store.ts'
import { fetchText } from '../../doctor/fetch-text.ts'
import { type Finding, findings } from '../../doctor/finding.ts'
import { adviseOnHydration, type HydrationAdvice } from '../../doctor/hydration.ts'
import { type Page, parsePage } from '../../doctor/page.ts'
import { parseCqlAddress } from '../../stores/cql/address.ts'
import { type Survey, survey } from '../../stores/cql/survey.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { credentialsOf } from '../cql-credentials.ts'
import { printable } from '../printable.ts'
import { withProgress } from '../progress.ts'
import { checkStoreAddress } from '../store-address.ts'

/** Result of one examination. */
interface Examined {
  url?: string
  store?: Survey
  found?: Finding[]
  advice?: HydrationAdvice[]
}

/** Ends the command when something was found. */
const FOUND = 3

function markOf(slot: string): string {
  return `[data-pp-slot="${slot.replace(/["\\]/g, '\\$&')}"]`
}

/** Of the catalog; without one, those that the page itself names. */
async function slotsOf(page: Page, catalogFile: string | undefined): Promise<Slots> {
  if (catalogFile !== undefined) {
    const { catalog } = await loadCatalog(catalogFile)
    return Object.fromEntries(catalog.slots.map(({ name, selector }) => [name, selector ?? markOf(name)]))
  }
  const marked = [page.all, page.allInOpenRoots, page.allInClosedRoots]
    .flatMap((all) => all('[data-pp-slot]'))
    .map(({ attribs }) => attribs['data-pp-slot'] ?? '')
  return { ...Object.fromEntries(marked.map((name) => [name, markOf(name)])), ...page.tag?.slots }
}

async function examine(url: string, catalogFile: string | undefined): Promise<Examined> {
  const { url: finalUrl, status, headers, text } = await fetchText(url, { headers: { accept: 'text/html' } })
  if (status !== 200) throw new Error(`${url}: status ${status}`)
  const page = parsePage(text, finalUrl, headers.get('content-security-policy'))
  const slots = await slotsOf(page, catalogFile)
  const found = [
    ...checkTag(page),
    ...checkSlots(page, slots),
    ...checkPolicies(page),
    ...(page.tag ? await checkService(page.tag, finalUrl) : []),
  ]
  return { url, found, advice: adviseOnHydration(page, slots) }
}

async function examineStore(values: CommandValues, io: CommandIo, text: string): Promise<Examined> {
  const address = parseCqlAddress(checkStoreAddress(text))
  const store = await withProgress(
    io,
    `asking ${address.contactPoints.join(', ')}`,
    survey(address, credentialsOf(values, io.env)),
  )
  return { store, found: checkStore(store, Date.now()) }
}

async function examinePage(values: CommandValues, io: CommandIo, url: string): Promise<Examined> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError('name the URL of one page')
  return withProgress(io, `waiting for ${new URL(url).host}`, examine(url, textOf(values, 'catalog')))
}

function report({ stdout }: CommandIo, { store, found = [], advice = [] }: Examined): void {
  for (const dataCentre of store?.dataCentres ?? []) stdout.write(`${printable(describeDataCentre(dataCentre))}\n`)
  if (found.length === 0) stdout.write('all is well\n')
  for (const { code, detail } of found) stdout.write(`${code}: ${findings[code]}\n  ${printable(detail)}\n`)
  for (const { framework, slots, mend } of advice)
    stdout.write(
      `advice: ${framework} takes over what its server has rendered; write slots that get text or HTML with ${mend} (docs/frameworks.md)\n  ${printable(slots.join(', '))}\n`,
    )
}

async function examineDisk(values: CommandValues): Promise<Finding[]> {
  const directory = textOf(values, 'data')
  const least = textOf(values, 'min-free') ?? 'auto'
  const leastMb = least === 'auto' ? least : Number(least)
  if (least.trim() === '' || (leastMb !== 'auto' && !(leastMb >= 0)))
    throw new UsageError('min-free must be auto, or 0 or more MB')
  return directory === undefined ? [] : checkDisk(directory, leastMb)
}

/** `doctor`: looks at a page as its visitors get it, at a cluster as a service would see it, and at the disk of a service's data. */
export const doctor: Command = {
  operands: '[URL]',
  options: {
    catalog: { type: 'string', value: 'FILE', help: 'look for all of its slots; default: those that the page names' },
    store: { type: 'string', value: 'ADDRESS', help: 'look at this cluster, cql://host,…/keyspace?dc=NAME' },
    'cql-ca': { type: 'string', value: 'FILE', help: "authorities of the cluster's certificates (PREPAINT_CQL_CA)" },
    data: { type: 'string', value: 'DIR', help: 'look at the disk of this data directory' },
    'min-free': {
      type: 'string',
      value: 'MB',
      help: 'room that has to be free there, as the service has it; default auto',
    },
  },
  async run(values, io, [url, ...more]) {
    const address = textOf(values, 'store')
    const hasNone = url === undefined && address === undefined && textOf(values, 'data') === undefined
    if (hasNone || more.length > 0) throw new UsageError('name the URL of one page, --store or --data')
    const ofDisk = await examineDisk(values)
    const { found: ofPage = [], ...page } = url === undefined ? {} : await examinePage(values, io, url)
    const { found: ofStore = [], store } = address === undefined ? {} : await examineStore(values, io, address)
    const found = [...ofPage, ...ofStore, ...ofDisk]
    if (values['json'] === true) io.stdout.write(`${JSON.stringify({ ...page, store, findings: found })}\n`)
    else report(io, { ...page, ...(store && { store }), found })
    return found.length > 0 ? FOUND : undefined
  },
}
