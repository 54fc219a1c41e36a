import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

interface Import {
  from: string
  to: string
  isType: boolean
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => /\.ts$/.test(name))
}

/** Relative imports as paths from the root; of packages, their name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gms)
  return [...found].map(([statement, isType, from = '', dynamic = '']) => {
    const target = from || dynamic
    const named =
      /\{([^}]*)\}/s
        .exec(statement)?.[1]
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean) ?? []
    return {
      from: file,
      to: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
      isType: isType !== undefined || (named.length > 0 && named.every((name) => name.startsWith('type '))),
    }
  })
}

/** The floors of a house: each may use those to its right, and itself. */
function breaches(imports: Import[], allowed: { [floor: string]: RegExp }): string[] {
  return imports
    .filter(({ from, to }) => {
      const floor = Object.keys(allowed).find((prefix) => from.startsWith(prefix))
      return floor !== undefined && !to.startsWith(floor) && !allowed[floor]?.test(to)
    })
    .map(({ from, to }) => `${from} -> ${to}`)
}

const browserImports = sources('src').flatMap(importsOf)
const serverImports = sources('server/src').flatMap(importsOf)

test('the test sees imports at all', () => {
  expect(browserImports.length).toBeGreaterThan(60)
  expect(serverImports.length).toBeGreaterThan(60)
  expect(browserImports).toContainEqual({ from: 'src/client/settle.ts', to: 'src/client/redirect.ts', isType: false })
  expect(browserImports).toContainEqual({ from: 'src/late/revert.ts', to: 'src/client/swap.ts', isType: false })
})

test('src: protocol <- engine, protocol <- client <- late, and only what is bundled is imported', () => {
  expect(
    breaches(browserImports, {
      'src/protocol/': /^$/,
      'src/engine/': /^src\/protocol\/index\.ts$/,
      'src/client/': /^src\/protocol\/index\.ts$/,
      'src/late/': /^src\/(protocol\/index\.ts$|client\/)|^src\/tag\.ts$|^(idb-keyval|web-vitals)$/,
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

test('server: imports run downwards, and reach the SDK only through its entries', () => {
  const packages = '^node:|^[a-z@][^.]*$'
  const below = (...floors: string[]): RegExp =>
    new RegExp(`${packages}|^server/src/(${[...floors, 'validate.ts', 'write-durably.ts'].join('|')})`)
  expect(
    breaches(serverImports, {
      'server/src/http/': below(
        'decide/',
        'events/',
        'catalog/',
        'identity/',
        'profiles/',
        'stores/',
        'streams/',
        'metrics/',
      ),
      'server/src/decide/': below('stores/', 'profiles/', 'catalog/', 'identity/'),
      'server/src/events/': below('stores/', 'streams/', 'profiles/', 'catalog/', 'identity/'),
      'server/src/stores/': below('profiles/'),
      'server/src/streams/': below(),
      'server/src/profiles/': below(),
      'server/src/catalog/': below(),
      'server/src/identity/': below(),
      'server/src/metrics/': below(),
    }),
  ).toEqual([])
  expect(serverImports.filter(({ to }) => to.startsWith('src/'))).toEqual([])
})

test('there is no run-time import cycle', () => {
  const edges = new Map<string, string[]>()
  for (const { from, to, isType } of [...browserImports, ...serverImports]) {
    if (!isType) edges.set(from, [...(edges.get(from) ?? []), to])
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
