import { MAX_FEATURE_BYTES, MAX_FEATURES } from '../../catalog/feature-bounds.ts'
import { loadCatalog } from '../../catalog/load.ts'
import { formatProblem } from '../../catalog/problem.ts'
import type { Site } from '../../catalog/site.ts'
import { readCatalogFiles } from '../../catalog/sites.ts'
import { resolveSettings } from '../../settings/resolve-settings.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { readConfig, serviceOptions } from '../settings.ts'

/** Catalogs that go live together, or one and the catalog that it is to replace. */
async function readAll(
  files: readonly string[],
  against: string | undefined,
  maxMb: number,
): Promise<[file: string, site: Site][]> {
  const [file, ...more] = files
  if (file === undefined) throw new UsageError('name at least one catalog FILE')
  if (against === undefined) return [...(await readCatalogFiles(files, { maxMb }))]
  if (more.length > 0) throw new UsageError('--against compares one FILE')
  const before = await loadCatalog(against)
  return [[file, await loadCatalog(file, { before, maxMb })]]
}

/** Returns the longest file that the service would read, in MiB; its other settings are of no matter here. */
function longest(values: CommandValues, env: CommandIo['env']): number {
  const needed = { catalogs: ['.'], dataDirectory: '.' }
  const { maxCatalogMb } = readConfig(values, env, needed)
  return resolveSettings(maxCatalogMb === undefined ? needed : { ...needed, maxCatalogMb }).maxCatalogMb
}

/** Says how much room features take in a profile, of what they may. */
function featureText({ features, featureBytes }: Site): string {
  if (features.length === 0) return ''
  return `, ${features.length} of ${MAX_FEATURES} features, at most ${featureBytes} of ${MAX_FEATURE_BYTES} bytes a visitor`
}

function format(file: string, site: Site): string {
  const { name, catalog, costUs, warnings } = site

  const found = warnings.map((warning) => `${formatProblem(warning)} (warning)\n`)
  return `${file}: site ${name}, version ${catalog.version}, a decision costs at most ${costUs.toFixed(1)} µs${featureText(site)}\n${found.join('')}`
}

/** `catalog check`: what a publisher runs before a catalog goes live. */
export const catalogCheck: Command = {
  operands: 'FILE…',
  options: {
    against: {
      type: 'string',
      value: 'OLD',
      help: 'the catalog that FILE replaces: says which visitors would change variants',
    },
    'max-catalog-mb': serviceOptions['max-catalog-mb'] as (typeof serviceOptions)[string],
  },
  async run(values, io, files) {
    const maxMb = longest(values, io.env)
    const sites = await readAll(files, textOf(values, 'against'), maxMb)
    if (values['json'] !== true) return void io.stdout.write(sites.map((one) => format(...one)).join(''))
    const catalogs = sites.map(([file, { name, catalog, costUs, features, featureBytes, warnings }]) => {
      return { file, site: name, version: catalog.version, costUs, features: features.length, featureBytes, warnings }
    })
    io.stdout.write(`${JSON.stringify({ catalogs })}\n`)
  },
}
