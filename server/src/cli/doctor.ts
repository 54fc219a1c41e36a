import { loadCatalog } from '../catalog/load.ts'
import { type Command, textOf, UsageError } from './command.ts'
import { checkPolicies, checkSlots, checkTag, type Slots } from './doctor/check-page.ts'
import { checkService } from './doctor/check-service.ts'
import { fetchText } from './doctor/fetch-text.ts'
import { type Finding, findings } from './doctor/finding.ts'
import { type Page, parsePage } from './doctor/page.ts'
import { printable } from './printable.ts'
import { withProgress } from './progress.ts'

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
  const marked = page.all('[data-pp-slot]').map(({ attribs }) => attribs['data-pp-slot'] ?? '')
  return { ...Object.fromEntries(marked.map((name) => [name, markOf(name)])), ...page.tag?.slots }
}

async function examine(url: string, catalogFile: string | undefined): Promise<Finding[]> {
  const { url: finalUrl, status, headers, text } = await fetchText(url, { headers: { accept: 'text/html' } })
  if (status !== 200) throw new Error(`${url}: status ${status}`)
  const page = parsePage(text, finalUrl, headers.get('content-security-policy'))
  return [
    ...checkTag(page),
    ...checkSlots(page, await slotsOf(page, catalogFile)),
    ...checkPolicies(page),
    ...(page.tag ? await checkService(page.tag, finalUrl) : []),
  ]
}

/** `doctor`: looks at a page as its visitors get it. */
export const doctor: Command = {
  summary: 'fetch a page and say what keeps Prepaint from working on it',
  operands: 'URL',
  options: { catalog: { type: 'string', value: 'FILE', help: 'look for all of its slots; default: those that the page names' } },
  async run(values, io, [url = '', ...more]) {
    if (!URL.canParse(url) || !/^https?:/.test(url) || more.length > 0) throw new UsageError('name the URL of one page')
    const found = await withProgress(io, `waiting for ${new URL(url).host}`, examine(url, textOf(values, 'catalog')))
    if (values['json'] === true) io.stdout.write(`${JSON.stringify({ url, findings: found })}\n`)
    else if (found.length === 0) io.stdout.write('all is well\n')
    else for (const { code, detail } of found) io.stdout.write(`${code}: ${findings[code]}\n  ${printable(detail)}\n`)
    return found.length > 0 ? FOUND : undefined
  },
}
