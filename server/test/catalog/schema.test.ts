import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  ATTRIBUTE_NAMES,
  KIND_NAMES,
  OPERATOR_NAMES,
  TV_CONDITION_NAMES,
  TV_DAYPART,
  TV_DAYPARTS,
} from 'prepaint/engine'
import { Compile } from 'typebox/schema'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readCatalog } from '../../src/catalog/load.ts'
import { publishedSchema } from '../../src/catalog/schema.ts'

const read = (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

interface Node {
  description?: string
  type?: string | string[]
  required?: string[]
  properties?: { [name: string]: Node }
  patternProperties?: { [pattern: string]: Node }
  items?: Node
}

interface Field {
  path: string
  description: string
  isRequired: boolean
}

/** The fields of a schema in its own order; a part by name is `.*`, an item of a list `[]`. */
function fieldsOf({ properties = {}, patternProperties = {}, items, required = [] }: Node, path = ''): Field[] {
  const named = Object.entries(properties).flatMap(([name, node]): Field[] => {
    const at = path === '' ? name : `${path}.${name}`
    return [
      { path: at, description: node.description ?? '', isRequired: required.includes(name) },
      ...fieldsOf(node, at),
    ]
  })
  const open = Object.values(patternProperties).flatMap((node) => fieldsOf(node, `${path}.*`))
  return [...named, ...open, ...(items ? fieldsOf(items, `${path}[]`) : [])]
}

const fields = fieldsOf(publishedSchema as unknown as Node)

test('the published schema is the one that catalogs are checked with: `npx prepaint-server catalog schema > server/catalog.schema.json`', async () => {
  expect(await read('server/catalog.schema.json')).toBe(`${JSON.stringify(publishedSchema, undefined, 2)}\n`)
})

test('every field says what it is for', () => {
  expect(fields.length).toBeGreaterThan(50)
  expect(fields.filter(({ description }) => description === '')).toEqual([])
})

test('the reference has a row for every field and no other, in the words of the schema', async () => {
  const rows = fields.map(
    ({ path, description, isRequired }) => `| \`${path}\`${isRequired ? ' (needed)' : ''} | ${description} |`,
  )
  const [, section] = /## Fields\n([\s\S]*?)\n## /.exec(await read('docs/catalog.md')) ?? []
  expect(section?.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
})

test('the reference names every operator and attribute, and its example is sound', async () => {
  const text = await read('docs/catalog.md')
  const [, conditions = ''] = /## Conditions\n([\s\S]*?)\n## /.exec(text) ?? []
  const named = [...conditions.matchAll(/`(\$\w+|(?:page|geo|time|session|user)\.\w+|pageViews)`/g)].map(
    ([, name]) => name as string,
  )
  const known = [...ATTRIBUTE_NAMES, ...OPERATOR_NAMES, '$and', '$or', '$nor', '$audience', '$did']
  expect([...new Set(named)].sort()).toEqual(known.sort())
  expect(readCatalog(/```yaml\n([\s\S]*?)```/.exec(text)?.[1] as string, 'catalog.md').warnings).toEqual([])
})

test('the reference has a row for every kind of feature, and its example of them is sound', async () => {
  const [, section = ''] = /## Features\n([\s\S]*?)\n## /.exec(await read('docs/catalog.md')) ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const kinds = rows.flatMap((row) => [...(row.split('|')[1] as string).matchAll(/`(\w+)`/g)].map(([, kind]) => kind))
  expect(kinds.sort()).toEqual([...KIND_NAMES].sort())
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(section) ?? []
  const { features, warnings } = readCatalog(
    `site: s\norigins: [https://a.example]\nslots: {}\n${example}`,
    'catalog.md',
  )
  expect(features).toHaveLength(6)
  expect(warnings.filter(({ message }) => !message.startsWith('audience'))).toEqual([])
})

test('the reference of TV names every condition and daypart, and its example is sound', async () => {
  const [, section = ''] = /## TV\n([\s\S]*?)\n## /.exec(await read('docs/catalog.md')) ?? []
  const rows = [...section.matchAll(/^\| `(tv\.[\w.]+)`/gm)].map(([, name]) => name as string)
  expect(rows.sort()).toEqual([...TV_CONDITION_NAMES, TV_DAYPART].sort())
  expect(TV_DAYPARTS.filter((part) => !section.includes(`\`${part}\``))).toEqual([])
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(section) ?? []
  const { compiled } = readCatalog(`site: s\norigins: [https://a.example]\n${example}`, 'catalog.md')
  expect([compiled.hasTv, compiled.audiences.length]).toEqual([true, 4])
})

test('an editor finds no fault with sound catalogs, the one of the reference included', async () => {
  const compiled = Compile(publishedSchema as never)
  const example = /```yaml\n([\s\S]*?)```/.exec(await read('docs/catalog.md'))?.[1] as string
  for (const yaml of [await read('demo/agency/catalog.yaml'), await read('lab/world/catalog.yaml'), example]) {
    expect(compiled.Check(parse(yaml))).toBe(true)
  }
})

test('an editor marks a field, an attribute and a joint that do not exist', () => {
  const compiled = Compile(publishedSchema as never)
  const catalog = { site: 's', origins: ['https://a.example'], slots: {} }
  expect(compiled.Check(catalog)).toBe(true)
  expect(compiled.Check({ ...catalog, colour: 1 })).toBe(false)
  expect(
    compiled.Check({
      ...catalog,
      audiences: { a: { 'page.campaign': 'x', 'traits.x': 1, $or: [{ $audience: 'b' }] } },
    }),
  ).toBe(true)
  const did = { event: 'E', where: { a: { $gt: 1 } }, within: '7d', atLeast: 3 }
  expect(compiled.Check({ ...catalog, audiences: { a: { 'features.x': 1, $not: { $did: did } } } })).toBe(true)
  expect(compiled.Check({ ...catalog, audiences: { a: { $did: { ...did, since: '7d' } } } })).toBe(false)
  expect(compiled.Check({ ...catalog, features: { x: { kind: 'funnel', event: 'E' } } })).toBe(false)
  expect(compiled.Check({ ...catalog, audiences: { a: { 'page.hostname': 'x' } } })).toBe(false)
  expect(compiled.Check({ ...catalog, audiences: { a: { $or: [{ $xor: [] }] } } })).toBe(false)
})
