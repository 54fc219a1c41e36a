import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SLOT_NAME } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { CatalogError } from '../../src/catalog/problem.ts'
import { CATALOG, ORIGIN, PAGE, SENT_AT, startService, temporaryDirectory } from '../support/start-service.ts'

test('a changed catalog decides without a restart, also when an editor replaces the file', async () => {
  const { decide, catalogFile, logged } = await startService()
  const before = (await decide()).body
  await writeFile(catalogFile, CATALOG.replace('/welcome.jpg', '/other.jpg'))
  const line = await logged(({ msg }) => msg === 'catalog loaded')
  const after = (await decide()).body
  expect(after.catalog).toBe(line['catalog'])
  expect(after.catalog).not.toBe(before.catalog)
  expect(JSON.stringify(after.slots['masthead'])).toContain('/other.jpg')

  await writeFile(`${catalogFile}~`, CATALOG.replace('https://www.brand.example', 'https://new.example'))
  await rename(`${catalogFile}~`, catalogFile)
  await logged(({ msg, catalog }) => msg === 'catalog loaded' && catalog !== after.catalog)
  expect((await decide({}, { origin: 'https://new.example' })).status).toBe(200)
  expect((await decide({}, { origin: ORIGIN })).status).toBe(403)
})

test('a broken catalog is logged with its place, and the last good one goes on', async () => {
  const { decide, catalogFile, logged } = await startService()
  const before = (await decide()).body
  await writeFile(catalogFile, CATALOG.replace('slot: headline', 'slot: headlines'))
  const line = await logged(({ level }) => level === 50)
  expect(line['problems']).toEqual([
    { file: catalogFile, line: 13, column: 11, message: 'unknown slot headlines: add it under slots' },
  ])
  expect((await decide()).body.catalog).toBe(before.catalog)
  await writeFile(catalogFile, `${CATALOG}# mended\n`)
  await logged(({ msg }) => msg === 'catalog loaded')
  expect((await decide()).body.catalog).not.toBe(before.catalog)
})

test('an experience that is switched off is gone from the next decision on, and a strict one is never painted from a copy', async () => {
  const strict = CATALOG.replace('- id: welcome\n', '- id: welcome\n    strict: true\n')
  const { decide, catalogFile, logged } = await startService()
  await writeFile(catalogFile, strict)
  const { catalog } = await logged(({ msg }) => msg === 'catalog loaded')
  const on = (await decide()).body
  expect(on.slots['masthead']).toMatchObject({ experience: 'welcome', ttlMs: 1 })
  await writeFile(catalogFile, strict.replace('    strict: true\n', '    strict: true\n    enabled: false\n'))
  await logged((line) => line.msg === 'catalog loaded' && line['catalog'] !== catalog)
  expect((await decide()).body.slots['masthead']).toMatchObject({ reason: 'no-match' })
})

// Each is read by a process that gives way to the four who ask without a pause, and to whatever else the machine does.
test('ten reloads under load drop no request, and every answer names the version that decided it', async () => {
  const { decide, catalogFile, logged } = await startService()
  const texts = Array.from({ length: 10 }, (_none, index) => CATALOG.replace('/welcome.jpg', `/picture-${index}.jpg`))
  const pictures = new Map([[(await decide()).body.catalog, '/welcome.jpg']])
  let isLoading = true
  const answers: Awaited<ReturnType<typeof decide>>[] = []
  const ask = async (): Promise<void> => {
    while (isLoading) answers.push(await decide())
  }
  const asking = Promise.all([ask(), ask(), ask(), ask()])
  for (const [index, text] of texts.entries()) {
    await writeFile(`${catalogFile}~`, text)
    await rename(`${catalogFile}~`, catalogFile)
    const line = await logged(({ msg, catalog }) => msg === 'catalog loaded' && !pictures.has(catalog as string))
    pictures.set(line['catalog'] as string, `/picture-${index}.jpg`)
  }
  isLoading = false
  await asking
  expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([])
  expect(new Set(answers.map(({ body }) => body.catalog)).size).toBeGreaterThan(5)
  for (const { body } of answers) expect(JSON.stringify(body.slots['masthead'])).toContain(pictures.get(body.catalog))
}, 120_000)

test('a catalog that links lead to, as Kubernetes lays out a ConfigMap, is read again when one of them leads elsewhere', async () => {
  const directory = await temporaryDirectory()
  const mount = join(directory, 'mount')
  const publish = async (revision: string, text: string): Promise<void> => {
    await mkdir(join(mount, revision), { recursive: true })
    await writeFile(join(mount, revision, 'catalog.yaml'), text)
    await symlink(revision, join(mount, '..data_tmp'))
    await rename(join(mount, '..data_tmp'), join(mount, '..data'))
  }
  await publish('..2026_01', CATALOG)
  // Outside of the directory that changes: a watch of this link's own directory sees nothing.
  const catalogFile = join(directory, 'linked.yaml')
  await symlink(join('mount', '..data', 'catalog.yaml'), catalogFile)
  const { decide, logged } = await startService({ catalogs: [catalogFile] })
  const before = (await decide()).body.catalog
  for (const [revision, picture] of [
    ['..2026_02', '/second.jpg'],
    ['..2026_03', '/third.jpg'],
  ] as const) {
    await publish(revision, CATALOG.replace('/welcome.jpg', picture))
    await rm(join(mount, '..2026_01'), { recursive: true, force: true })
    await expect
      .poll(async () => JSON.stringify((await decide()).body.slots['masthead']), { timeout: 20_000 })
      .toContain(picture)
  }
  expect((await decide()).body.catalog).not.toBe(before)
  await logged(({ msg }) => msg === 'catalog loaded')
})

/** Names that objects inherit or are asked for; the grammar leaves only some of them to slots. */
const INHERITED = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'toJSON',
  'then',
  'catch',
  'length',
  'name',
]
const SLOT_NAMES = INHERITED.filter((name) => SLOT_NAME.test(name))

function inheritedCatalog(text: string): string {
  return JSON.stringify({
    site: 'agency',
    origins: [ORIGIN],
    groups: Object.fromEntries(INHERITED.map((name) => [name, [name]])),
    slots: Object.fromEntries(SLOT_NAMES.map((name) => [name, {}])),
    audiences: Object.fromEntries(
      INHERITED.map((name) => [
        name,
        { $or: [{ [`events.${name}`]: { $gte: 1 } }, { 'page.campaign': { $inGroup: name } }] },
      ]),
    ),
    experiences: INHERITED.map((name, index) => ({
      id: name,
      slot: SLOT_NAMES[index % SLOT_NAMES.length],
      audience: name,
      variants: [{ id: name, do: [{ text: `${text} ${name}` }] }],
    })),
  })
}

test('slots, audiences, groups, experiences, variants and events have names that objects inherit, from the start and after a reload', async () => {
  expect(SLOT_NAMES).toEqual(['constructor', 'then', 'catch', 'length', 'name'])
  const { service, decide, batch, catalogFile, logged } = await startService({ catalog: inheritedCatalog('first') })
  const token = (await decide()).body.token as string
  await batch(token, [{ type: 'track', event: 'then', messageId: 'm', timestamp: SENT_AT }])
  await service.caughtUp()
  const check = async (text: string): Promise<void> => {
    const shown = async (question: object, slot: string): Promise<object | undefined> =>
      (await decide(question)).body.slots[slot]
    expect(await shown({ token }, 'then')).toMatchObject({
      experience: 'then',
      variant: 'then',
      operations: [{ op: 'text', value: `${text} then` }],
    })
    expect(Object.keys((await decide()).body.slots)).toEqual(SLOT_NAMES)
    for (const [index, campaign] of INHERITED.entries()) {
      const slot = SLOT_NAMES[index % SLOT_NAMES.length] as string
      expect(await shown({ page: { ...PAGE, campaign } }, slot)).toMatchObject({
        experience: campaign,
        operations: [{ op: 'text', value: `${text} ${campaign}` }],
      })
    }
    expect(await shown({}, 'constructor')).toMatchObject({ reason: 'no-match' })
  }
  await check('first')
  await writeFile(catalogFile, inheritedCatalog('second'))
  await logged(({ msg }) => msg === 'catalog loaded')
  await check('second')
})

test('a version is read with and without a leading v, in the catalog and from visitors, also after a reload', async () => {
  const catalog = (least: string): string =>
    CATALOG.replace(
      '{ traits.plan: pro, "events.Order Completed": { $gte: 1 } }',
      `{ traits.app: { $vgte: ${least} } }`,
    )
  const { service, decide, batch, catalogFile, logged } = await startService({ catalog: catalog('v2.1.0') })
  const tokenOf = async (app: string): Promise<string> => {
    const token = (await decide()).body.token as string
    await batch(token, [{ type: 'identify', messageId: app, timestamp: SENT_AT, traits: { app } }])
    return token
  }
  const tokens = [await tokenOf('v2.1.0'), await tokenOf('2.1.0'), await tokenOf('v2.0.9'), await tokenOf('v10.0.0')]
  await service.caughtUp()
  const shown = () =>
    Promise.all(tokens.map(async (token) => (await decide({ token })).body.slots['headline']?.experience === 'thanks'))
  expect(await shown()).toEqual([true, true, false, true])
  await writeFile(catalogFile, catalog("'2.2.0'"))
  await logged(({ msg }) => msg === 'catalog loaded')
  expect(await shown()).toEqual([false, false, false, true])
})

test('a service that starts touches no data before all its catalogs are sound: who has been running there goes on', async () => {
  const directory = await temporaryDirectory()
  await expect(startService({ dataDirectory: directory, catalog: 'site: [' })).rejects.toThrow(CatalogError)
  expect(await readdir(directory)).toEqual(['catalog.yaml'])
})
