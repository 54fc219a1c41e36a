import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const brand = mkdtempSync(join(tmpdir(), 'prepaint-brand-'))

const inBrand = (command: string, ...args: string[]): string => execFileSync(command, args, { cwd: brand, encoding: 'utf8' })

/** A brand's empty project, into which the packed tarball is installed as npm would from the registry. */
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', brand], { cwd: root })
  writeFileSync(join(brand, 'package.json'), '{ "type": "module", "private": true }')
  const tarball = readdirSync(brand).find((name) => name.endsWith('.tgz'))
  inBrand('npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`)
}, 120_000)

test("a brand's install is one package: none of the server's libraries, no run-time dependency", () => {
  expect(readdirSync(join(brand, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['prepaint'])
})

test('every entry can be imported and exports exactly what is documented', () => {
  const script = `
    const entries = ['prepaint', 'prepaint/engine', 'prepaint/protocol']
    const names = await Promise.all(entries.map(async (entry) => Object.keys(await import(entry)).sort()))
    console.log(JSON.stringify(names))`
  expect(JSON.parse(inBrand('node', '--input-type=module', '-e', script))).toEqual([
    ['createClient'],
    [
      ...['ATTRIBUTE_NAMES', 'ConditionError', 'KIND_NAMES', 'OPERATOR_NAMES'],
      ...['TV_CONDITION_NAMES', 'TV_DAYPART', 'TV_DAYPARTS', 'TV_SOURCES', 'airingBehind', 'armsToDraw', 'compile'],
      ...['compileFeatures', 'compileInSteps', 'compileWhere', 'cost', 'createBucket', 'createTimeline', 'cuesAhead'],
      ...['decide', 'declareFeature', 'declareGoal', 'explain', 'featureValues', 'flaws', 'goalFlaws', 'isTvCondition'],
      ...['kindOf', 'memberships', 'parseAttribute', 'tvConditionFields'],
      'tvDurationMs',
    ],
    [
      'MAX_BATCH_BYTES',
      'MAX_BATCH_EVENTS',
      'MAX_BODY_BYTES',
      'MAX_BODY_DEPTH',
      'PROTOCOL_VERSION',
      'SLOT_NAME',
      'isSafeAttribute',
      'isSafeUrl',
    ],
  ])
})

test("a TypeScript project gets types, under both module resolutions, also for the examples of docs/sdk.md and of the client's methods", () => {
  writeFileSync(
    join(brand, 'page.ts'),
    `import { type Client, createClient } from 'prepaint'
     const client: Client = createClient({ site: 'shop', consent: 'granted' })
     client.track('Order Completed', { total: 9 })
     // @ts-expect-error consent has three states
     client.consent('perhaps')`,
  )
  const sdk = readFileSync(join(root, 'docs/sdk.md'), 'utf8')
  const example = [...sdk.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block).join('')
  expect(example).toContain('createClient')
  const [, methods = ''] = readFileSync(join(root, 'docs/api/prepaint.md'), 'utf8').split('\n### Client\n')
  const calls = [...(methods.split('\n### ')[0] ?? '').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => `{\n${block}}\n`)
  expect(calls.length).toBeGreaterThan(10)
  writeFileSync(
    join(brand, 'methods.ts'),
    `import { createClient } from 'prepaint'\nconst client = createClient({ site: 'shop' })\n${calls.join('')}`,
  )
  writeFileSync(join(brand, 'example.ts'), example)
  const tsc = join(root, 'node_modules/.bin/tsc')
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom']
  inBrand(tsc, ...options, '--module', 'nodenext', 'page.ts', 'example.ts', 'methods.ts')
  inBrand(tsc, ...options, '--module', 'esnext', '--moduleResolution', 'bundler', 'page.ts', 'example.ts', 'methods.ts')
})
