import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

interface Import {
  from: string
  to: string
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => /\.ts$/.test(name))
}

/** Relative imports as paths from the root; of packages, their name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(
    /^(?:import|export)\s+(?:type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gms,
  )
  return [...found].map(([, from = '', dynamic = '']) => {
    const target = from || dynamic
    return { from: file, to: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target }
  })
}

/** The layers of a tree: each may use what its expression names, and itself. */
function breaches(imports: Import[], allowed: { [layer: string]: RegExp }): string[] {
  return imports
    .filter(({ from, to }) => {
      const layer = Object.keys(allowed).find((prefix) => from.startsWith(prefix))
      return layer !== undefined && !to.startsWith(layer) && !allowed[layer]?.test(to)
    })
    .map(({ from, to }) => `${from} -> ${to}`)
}

const browserImports = sources('src').flatMap(importsOf)
const serverImports = sources('server/src').flatMap(importsOf)
const instruments = ['lab', 'bench', 'examples', 'demo']
const instrumentImports = instruments.flatMap((folder) => sources(folder).flatMap(importsOf))

test('the test sees imports at all', () => {
  expect(browserImports.length).toBeGreaterThan(60)
  expect(serverImports.length).toBeGreaterThan(60)
  expect(browserImports).toContainEqual({ from: 'src/client/apply-decision.ts', to: 'src/client/redirect.ts' })
  expect(browserImports).toContainEqual({ from: 'src/late/revert.ts', to: 'src/client/operations.ts' })
})

test('src: protocol <- engine, protocol <- client <- tag <- late <- sdk, and only what is bundled is imported', () => {
  expect(
    breaches(browserImports, {
      'src/protocol/': /^$/,
      'src/engine/': /^src\/protocol\/index\.ts$/,
      'src/client/': /^src\/protocol\/index\.ts$/,
      'src/late/': /^src\/(protocol\/index\.ts$|client\/|tag\/)|^(idb-keyval|web-vitals)$/,
      'src/tag/': /^src\/client\//,
      'src/sdk/': /^src\/(protocol\/index\.ts$|client\/|late\/|tv\/start\.ts$)/,
      // A place for adapters to frameworks and tag managers; a brand's page loads none of them with the tag.
      'src/adapters/': /^src\/(protocol\/index\.ts$|sdk\/)/,
      'src/consent/': /^src\/(protocol\/index\.ts$|client\/)/,
      'src/tv/': /^src\/(protocol\/index\.ts$|client\/|late\/)/,
      'src/testing/': /^src\/protocol\/index\.ts$|^msw$/,
    }),
  ).toEqual([])
  const packages = browserImports.filter(({ to }) => !to.startsWith('src/')).map(({ from, to }) => `${from} -> ${to}`)
  expect(packages.sort()).toEqual([
    'src/late/store.ts -> idb-keyval',
    'src/late/vitals.ts -> web-vitals',
    'src/testing/index.ts -> msw',
  ])
})

/** The layers of the server, from the command line down to what knows nothing of the others; each with those that it uses. */
const SERVER_LAYERS = {
  cli: `history tv loadtest doctor service report settings snippet http/app http/routes http/schema consumers decide ingest stores
    streams profiles catalog identity tally transfer`,
  history: 'ingest transfer',
  loadtest: 'service settings stores profiles identity',
  doctor: 'service settings http/routes decide stores',
  service: `http/routes http/gate http/schema http/app settings live consumers forwarding decide ingest stores streams
    snippet catalog identity metrics tally`,
  'http/routes': `http/app http/gate http/schema settings live forwarding report decide ingest streams snippet
    catalog identity metrics tally`,
  'http/gate': 'http/app catalog identity',
  'http/schema': 'http/app ingest',
  'http/app': 'metrics',
  settings: 'stores identity',
  forwarding: 'consumers ingest stores streams',
  live: 'consumers decide catalog metrics',
  consumers: 'ingest stores streams profiles identity tally',
  decide: 'stores profiles catalog identity',
  ingest: 'streams profiles identity tally',
  report: 'statistics tally',
  stores: 'profiles',
  snippet: 'catalog',
  tv: 'transfer',
  streams: '',
  tally: '',
  profiles: '',
  catalog: '',
  identity: '',
  metrics: '',
  transfer: '',
  statistics: '',
}

/** A place for what comes, with what it will use; it does not exist yet. */
const PLANNED_LAYERS = {
  privacy: 'ingest stores streams profiles identity',
}

test('server: imports run downwards, and reach the SDK only through its entries', () => {
  const outside = '^node:|^[a-z@][^.]*$|^server/src/(clock|validate|write-durably)\\.ts$'
  const layers = { ...SERVER_LAYERS, ...PLANNED_LAYERS }
  const allowed = Object.entries(layers).map(([layer, below]) => {
    const folders = below.split(/\s+/).filter(Boolean)
    return [
      `server/src/${layer}/`,
      new RegExp([outside, ...folders.map((folder) => `^server/src/${folder}/`)].join('|')),
    ]
  })
  expect(breaches(serverImports, Object.fromEntries(allowed) as { [layer: string]: RegExp })).toEqual([])
  expect(serverImports.filter(({ to }) => to.startsWith('src/'))).toEqual([])
})

test('server: the service knows no cluster; its store is opened by an address', () => {
  const ofService = serverImports.filter(({ from }) => from.startsWith('server/src/service/'))
  expect(ofService.length).toBeGreaterThan(20)
  expect(ofService.filter(({ to }) => to.startsWith('server/src/stores/cql/'))).toEqual([])
})

test('server: every file stands in a layer, and the layers themselves have no cycle', () => {
  const layers = Object.keys({ ...SERVER_LAYERS, ...PLANNED_LAYERS })
  const files = sources('server/src').map((file) => file.slice('server/src/'.length))
  expect(files.filter((file) => !layers.some((layer) => file.startsWith(`${layer}/`))).sort()).toEqual([
    'clock.ts',
    'index.ts',
    'validate.ts',
    'write-durably.ts',
  ])
  // Each layer names only layers that stand below it in the list.
  for (const [layer, below] of Object.entries(SERVER_LAYERS)) {
    const lower = Object.keys(SERVER_LAYERS).slice(Object.keys(SERVER_LAYERS).indexOf(layer) + 1)
    expect(lower, layer).toEqual(expect.arrayContaining(below.split(/\s+/).filter(Boolean)))
  }
})

/** Folders that use the product: all of them may use the lab, and the lab none of them. */
const instrumentLaw = {
  'lab/': /^node:|^[a-z@][^.]*$|^(src|server\/src|scripts)\//,
  'bench/': /^node:|^[a-z@][^.]*$|^(src|server\/src|scripts|lab)\//,
  'examples/': /^node:|^[a-z@][^.]*$|^lab\//,
  'demo/': /^node:|^[a-z@][^.]*$|^lab\//,
}

test('lab <- bench, lab <- examples, lab <- demo, and none of them uses another', () => {
  expect(breaches(instrumentImports, instrumentLaw)).toEqual([])
})

test('the test sees what the lab, the bench, the examples and the demo import', () => {
  for (const folder of instruments) {
    expect(instrumentImports.filter(({ from }) => from.startsWith(`${folder}/`)).length).toBeGreaterThan(5)
  }
  expect(instrumentImports).toContainEqual({
    from: 'lab/load/generator.ts',
    to: 'lab/statistics.ts',
  })
  const forbidden = [
    ['lab/load/generator.ts', 'bench/figure.ts'],
    ['lab/world/world.ts', 'demo/brands.ts'],
    ['lab/world/world.ts', 'examples/csp/csp.ts'],
    ['lab/world/world.ts', 'test/browser/expectations.ts'],
    ['bench/bench.ts', 'demo/demo.ts'],
    ['examples/start.ts', 'demo/demo.ts'],
    ['demo/demo.ts', 'examples/start.ts'],
    ['demo/demo.ts', 'server/src/service/service.ts'],
  ].map(([from = '', to = '']) => ({ from, to }))
  const found = breaches([...instrumentImports, ...forbidden], instrumentLaw)
  expect(found).toEqual(forbidden.map(({ from, to }) => `${from} -> ${to}`))
})

test('there is no import cycle, of types neither', () => {
  const edges = new Map<string, string[]>()
  for (const { from, to } of [...browserImports, ...serverImports, ...instrumentImports]) {
    edges.set(from, [...(edges.get(from) ?? []), to])
  }
  const done = new Set<string>()
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) throw new Error(`cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`)
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of edges.keys()) expect(() => visit(file, [])).not.toThrow()
})
